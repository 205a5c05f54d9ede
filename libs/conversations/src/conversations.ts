import { Injectable } from '@nestjs/common';
import { type Actor, AppError, Clock, isId, newId } from '#kernel';
import { Announcements, Db, Sealer, type Tx } from '#platform';
import { beginningOf } from './beginning-of';
import type { Conversation, ConversationDetails } from './conversation';
import { decodeCursor, encodeCursor, type Place } from './conversation-cursor';
import type { ConversationSearch, ConversationSort } from './conversation-search';
import type { ThreadChange } from './conversation-thread';
import { ConversationsRepository } from './conversations.repository';
import { sealedApiKeys } from './sealed-api-keys';
import { searchText } from './search-text';

export interface NewConversation {
  /** None: one is made from the first exchange. */
  readonly title?: string | undefined;
  /** One that is on offer. */
  readonly model: string;
  readonly systemMessage?: string | null | undefined;
  /** The owner's own key for the models' provider. */
  readonly apiKey?: string | null | undefined;
}

export interface ConversationUpdate extends Partial<NewConversation> {
  readonly isArchived?: boolean | undefined;
  readonly isPinned?: boolean | undefined;
}

/** One that began elsewhere, with all that its messages make of it. */
export interface PlantedConversation
  extends
    Omit<Conversation, 'lastMessage'>,
    Pick<ConversationDetails, 'systemMessage'>,
    Omit<ThreadChange, 'updatedAt'> {}

export interface ConversationPage {
  readonly conversations: readonly Conversation[];
  readonly total: number;
  readonly nextCursor: string | null;
}

/** A person's conversations. Ids come in lower case; another's is `not_found`, as one that never was. */
@Injectable()
export class Conversations {
  constructor(
    private readonly db: Db,
    private readonly repository: ConversationsRepository,
    private readonly sealer: Sealer,
    private readonly clock: Clock,
    private readonly announcements: Announcements,
  ) {}

  async list(actor: Actor, search: ConversationSearch): Promise<ConversationPage> {
    const { sort, order = sort === 'title' ? 'asc' : 'desc', page, size, cursor, ...filter } = search;
    const after = cursor === undefined ? undefined : decodeCursor(sort, cursor);
    const offset = after === undefined ? (page - 1) * size : 0;
    const [found, total] = await Promise.all([
      this.repository.slice(this.db, actor.userId, filter, { sort, order, after, offset, limit: size + 1 }),
      this.repository.count(this.db, actor.userId, filter),
    ]);
    const conversations = found.slice(0, size);
    const last = found.length > size ? conversations.at(-1) : undefined;
    return { conversations, total, nextCursor: last ? encodeCursor(sort, placeOf(last, sort)) : null };
  }

  async find(actor: Actor, id: string): Promise<ConversationDetails> {
    const conversation = await this.repository.find(this.db, actor.userId, id);
    if (conversation === undefined) throw new AppError('not_found');
    return conversation;
  }

  async create(actor: Actor, conversation: NewConversation): Promise<ConversationDetails> {
    return this.introduce(actor, await this.insert(this.db, actor, conversation));
  }

  /** For whoever begins one with more than its name. Answers its id; once it is whole, it is to be introduced. */
  async insert(db: Db, actor: Actor, { title = '', model, systemMessage, apiKey }: NewConversation): Promise<string> {
    const now = this.clock.date();
    const id = newId(now.getTime());
    await this.repository.insert(db, {
      id,
      userId: actor.userId,
      ...named(title),
      model,
      systemMessage: systemMessage || null,
      apiKeySealed: this.seal(id, apiKey),
      createdAt: now,
      updatedAt: now,
    });
    return id;
  }

  async introduce(actor: Actor, id: string): Promise<ConversationDetails> {
    const conversation = await this.find(actor, id);
    this.announcements.tell(actor.userId, { kind: 'conversation_created', conversationId: id });
    return conversation;
  }

  /** Its messages are planted in the same transaction; others are told after it. */
  async plant(tx: Tx, userId: string, planted: PlantedConversation): Promise<void> {
    const { title, lastMessage, ...rest } = planted;
    await this.repository.plant(tx, {
      userId,
      apiKeySealed: null,
      lastMessageContent: lastMessage && beginningOf(lastMessage.content, 200),
      lastMessageRole: lastMessage?.role ?? null,
      lastMessageAt: lastMessage?.createdAt ?? null,
      ...rest,
      ...named(title),
    });
  }

  async has(db: Db, userId: string, id: string): Promise<boolean> {
    return isId(id) && (await this.repository.find(db, userId, id)) !== undefined;
  }

  /** Pinning and archiving file a conversation away; they do not count as a change of it. */
  async update(actor: Actor, id: string, update: ConversationUpdate): Promise<ConversationDetails> {
    const { title, model, systemMessage, apiKey, isArchived, isPinned } = update;
    const contents = {
      ...(title !== undefined && named(title)),
      ...(model !== undefined && { model }),
      ...(systemMessage !== undefined && { systemMessage: systemMessage || null }),
      ...(apiKey !== undefined && { apiKeySealed: this.seal(id, apiKey) }),
    };
    const change = {
      ...contents,
      ...(Object.keys(contents).length > 0 && { updatedAt: this.clock.date() }),
      ...(isArchived !== undefined && { isArchived }),
      ...(isPinned !== undefined && { isPinned }),
    };
    if (Object.keys(change).length > 0) await this.repository.update(this.db, actor.userId, id, change);
    const updated = await this.find(actor, id);
    this.announcements.tell(actor.userId, { kind: 'conversation_updated', conversationId: id });
    return updated;
  }

  archive(actor: Actor, id: string): Promise<ConversationDetails> {
    return this.update(actor, id, { isArchived: true });
  }

  unarchive(actor: Actor, id: string): Promise<ConversationDetails> {
    return this.update(actor, id, { isArchived: false });
  }

  /** With all that was said in it. Also while an answer is being written: its writer finds its lease gone. */
  async delete(actor: Actor, id: string): Promise<void> {
    if (!(await this.repository.delete(this.db, actor.userId, id))) throw new AppError('not_found');
    this.announcements.tell(actor.userId, { kind: 'conversation_deleted', conversationId: id });
  }

  /** One in which nothing was ever said. */
  async deleteUnused(actor: Actor, id: string): Promise<void> {
    if (!(await this.repository.deleteUnused(this.db, actor.userId, id))) return;
    this.announcements.tell(actor.userId, { kind: 'conversation_deleted', conversationId: id });
  }

  /** False: it has a name, or is gone. */
  async nameUnnamed(userId: string, id: string, title: string): Promise<boolean> {
    const isNamed = await this.repository.nameUnnamed(this.db, userId, id, named(title));
    if (isNamed) this.announcements.tellAll(userId, { kind: 'conversation_updated', conversationId: id });
    return isNamed;
  }

  /** For the call upstream alone. One that no key of ours opens any more has to be given again. */
  async ownKeyOf(db: Db, id: string): Promise<string | null> {
    const sealed = await this.repository.sealedKey(db, id);
    if (sealed === null) return null;
    const key = this.sealer.open(sealed, sealedApiKeys.placeOf(id));
    if (key === undefined) throw AppError.invalid({ field: 'api_key', reason: 'invalid' });
    return key;
  }

  private seal(id: string, apiKey: string | null | undefined): string | null {
    return apiKey ? this.sealer.seal(apiKey, sealedApiKeys.placeOf(id)) : null;
  }
}

function named(title: string) {
  return { title, titleSearch: titleKey(title) };
}

function titleKey(title: string): string {
  return beginningOf(searchText(title), 600);
}

function placeOf({ id, title, createdAt, updatedAt }: Conversation, sort: ConversationSort): Place {
  return { id, key: { title: titleKey(title), created_at: createdAt, updated_at: updatedAt }[sort] };
}
