import { Injectable } from '@nestjs/common';
import { type AuditAction, AuditLog } from '#audit';
import { type ConversationThread, ConversationThreads } from '#conversations';
import { type Actor, AppError } from '#kernel';
import { Transaction, type Tx } from '#platform';
import type { Share } from './share';
import { ShareLinks, type ShareTerms } from './share-links';
import { SharesRepository } from './shares.repository';

/** So that lists are bounded, and what whoever has a link is sent at once. */
const MOST_SHARES = 50;
const MOST_MESSAGES = 5_000;
const MOST_BYTES = 10_000_000;

/** What a person shares of a conversation. Ids come in lower case; another's is `not_found`, as one that never was. */
@Injectable()
export class Shares {
  constructor(
    private readonly transaction: Transaction,
    private readonly threads: ConversationThreads,
    private readonly repository: SharesRepository,
    private readonly links: ShareLinks,
    private readonly audit: AuditLog,
  ) {}

  /** What the conversation shows now; what becomes of it later is not shared. */
  async create(actor: Actor, conversationId: string, terms: ShareTerms): Promise<Share> {
    const draft = await this.links.draft(terms);
    const share = await this.inThread(actor, conversationId, async (tx, { title, model }) => {
      await this.refuseTooMuch(tx, conversationId);
      const link = { ...draft, conversationId, userId: actor.userId, title, model };
      await this.repository.insert(tx, link);
      await this.record(tx, actor, 'conversation.shared', link.id);
      return link;
    });
    return this.links.shown(share);
  }

  /** The newest first. */
  async list(actor: Actor, conversationId: string): Promise<readonly Share[]> {
    const shares = await this.inThread(actor, conversationId, (tx) => this.repository.list(tx, conversationId));
    return shares.map((share) => this.links.shown(share));
  }

  async revoke(actor: Actor, conversationId: string, id: string): Promise<void> {
    await this.inThread(actor, conversationId, async (tx) => {
      if (!(await this.repository.delete(tx, conversationId, id))) throw new AppError('not_found');
      await this.record(tx, actor, 'conversation.share_revoked', id);
    });
  }

  private inThread<T>({ userId }: Actor, id: string, work: (tx: Tx, thread: ConversationThread) => Promise<T>) {
    return this.transaction.run(async (tx) => work(tx, await this.threads.lockOwned(tx, userId, id)));
  }

  private async refuseTooMuch(tx: Tx, conversationId: string): Promise<void> {
    const held = await this.repository.count(tx, conversationId);
    if (held >= MOST_SHARES)
      throw new AppError('conflict', { reason: 'too_many_shares', params: { max: MOST_SHARES } });
    const { messages, bytes } = await this.repository.sizeOfSnapshot(tx, conversationId);
    if (messages > MOST_MESSAGES || bytes > MOST_BYTES)
      throw new AppError('too_large', { reason: 'too_long_to_share' });
  }

  private record(tx: Tx, { userId, username }: Actor, action: AuditAction, id: string): Promise<void> {
    return this.audit.record(tx, { action, actor: { id: userId, username }, target: { type: 'share', id } });
  }
}
