import { Injectable } from '@nestjs/common';
import { type ConversationDetails, Conversations } from '#conversations';
import { type Actor, AppError } from '#kernel';
import { Db } from '#platform';
import type { Message } from './message';
import { cursorOf, seqOf } from './message-cursor';
import { type MessageSize, type MessageSlice, MessagesRepository } from './messages.repository';

export interface MessageQuery {
  readonly branches: 'active' | 'all';
  readonly order: 'asc' | 'desc';
  /** The first is 1. With a cursor it says nothing. */
  readonly page: number;
  readonly size: number;
  /** The `nextCursor` of the page before, in the same order. */
  readonly cursor?: string | undefined;
}

export interface SomeMessages {
  readonly messages: readonly Message[];
  /** Null: there are no more. */
  readonly nextCursor: string | null;
}

export interface MessagePage extends SomeMessages {
  readonly total: number;
}

const NEWEST = 100;
const SIZED_AT_ONCE = 500;
/** Of what is exported at once; a single message may have more. */
const PORTION = { messages: 50, bytes: 1_000_000 };

/** What was said in a person's conversations. Ids come in lower case; another's is `not_found`, as one that never was. */
@Injectable()
export class Messages {
  constructor(
    private readonly db: Db,
    private readonly conversations: Conversations,
    private readonly repository: MessagesRepository,
  ) {}

  async find(actor: Actor, id: string): Promise<Message> {
    const message = await this.repository.findOwned(this.db, actor.userId, id);
    if (message === undefined) throw new AppError('not_found');
    return message;
  }

  async page(actor: Actor, conversationId: string, query: MessageQuery): Promise<MessagePage> {
    const { branches, order, page, size, cursor } = query;
    const after = cursor === undefined ? undefined : seqOf(cursor);
    const { messageCount } = await this.conversations.find(actor, conversationId);
    const slice = { conversationId, userId: actor.userId, branches, order };
    const place = after === undefined ? { offset: (page - 1) * size } : { after };
    const [found, total] = await Promise.all([
      this.slice({ ...slice, ...place, limit: size }),
      branches === 'active' ? messageCount : this.repository.count(this.db, conversationId),
    ]);
    return { ...found, total };
  }

  /** How many `all` has, if nobody adds to them. */
  async count(conversation: ConversationDetails, branches: MessageQuery['branches']): Promise<number> {
    return branches === 'active' ? conversation.messageCount : this.repository.count(this.db, conversation.id);
  }

  /** All of them, in their order, a portion at a time, which memory has room for however long they are. */
  async *all({ userId }: Actor, conversationId: string, branches: MessageQuery['branches']): AsyncGenerator<Message> {
    const slice = { conversationId, userId, branches, order: 'asc' } as const;
    let after: number | undefined;
    let sizes: readonly MessageSize[];
    do {
      sizes = await this.repository.sizes(this.db, { ...slice, after, limit: SIZED_AT_ONCE });
      for (const limit of portionsOf(sizes)) {
        const found: readonly Message[] = await this.repository.slice(this.db, { ...slice, after, limit });
        yield* found;
        after = found.at(-1)?.seq ?? after;
      }
    } while (sizes.length === SIZED_AT_ONCE);
  }

  /** Of the active branch, in the order in which they were said. Older ones go on from the cursor, in descending order. */
  async newest(actor: Actor, conversationId: string): Promise<SomeMessages> {
    const slice = { conversationId, userId: actor.userId, branches: 'active', order: 'desc', limit: NEWEST } as const;
    const { messages, nextCursor } = await this.slice(slice);
    return { messages: messages.toReversed(), nextCursor };
  }

  private async slice(slice: MessageSlice): Promise<SomeMessages> {
    const found = await this.repository.slice(this.db, { ...slice, limit: slice.limit + 1 });
    const messages = found.slice(0, slice.limit);
    const last = found.length > messages.length ? messages.at(-1) : undefined;
    return { messages, nextCursor: last ? cursorOf(last) : null };
  }
}

/** How many of them make each portion. */
function portionsOf(sizes: readonly MessageSize[]): readonly number[] {
  const portions: { messages: number; bytes: number }[] = [];
  for (const { bytes } of sizes) {
    const last = portions.at(-1);
    if (last === undefined || last.messages >= PORTION.messages || last.bytes + bytes > PORTION.bytes) {
      portions.push({ messages: 1, bytes });
    } else {
      last.messages += 1;
      last.bytes += bytes;
    }
  }
  return portions.map(({ messages }) => messages);
}
