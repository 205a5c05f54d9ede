import { Injectable } from '@nestjs/common';
import { type ConversationDetails, Conversations, ConversationThreads } from '#conversations';
import type { Actor } from '#kernel';
import { MessageTree } from '#messages';
import { Transaction } from '#platform';
import { SharedConversations } from './shared-conversations';

/** Conversations that begin with what somebody shared. */
@Injectable()
export class Forks {
  constructor(
    private readonly shared: SharedConversations,
    private readonly transaction: Transaction,
    private readonly conversations: Conversations,
    private readonly threads: ConversationThreads,
    private readonly tree: MessageTree,
  ) {}

  async fork(actor: Actor, token: string, password: string | undefined): Promise<ConversationDetails> {
    const { title, model, messages } = await this.shared.open(token, password);
    const id = await this.transaction.run(async (tx) => {
      const begun = await this.conversations.insert(tx, actor, { title, model });
      await this.tree.appendCopies(tx, await this.threads.lockOwned(tx, actor.userId, begun), messages);
      return begun;
    });
    return this.conversations.introduce(actor, id);
  }
}
