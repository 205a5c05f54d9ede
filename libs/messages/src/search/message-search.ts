import { Injectable } from '@nestjs/common';
import { Conversations } from '#conversations';
import type { Actor } from '#kernel';
import { Db } from '#platform';
import { searchCursorOf, searchPlaceOf } from './search-cursor';
import { type FoundPlace, type FoundRow, SearchRepository, type SearchSlice } from './search.repository';
import { snippetOf, type SnippetPart } from './snippet';

export interface MessageSearchQuery extends Omit<SearchSlice, 'after' | 'limit'> {
  readonly size: number;
  /** The `nextCursor` of the page before, of the same search. */
  readonly cursor?: string | undefined;
}

export interface FoundMessage extends FoundRow {
  readonly snippet: readonly SnippetPart[];
}

export interface FoundMessages {
  readonly messages: readonly FoundMessage[];
  readonly nextCursor: string | null;
}

/** Of the messages of a page, which may have fewer then; a single one may have more. */
const MOST_BYTES = 4_000_000;

/**
 * A person's messages, on every branch and in the archive too, that hold what is asked for as it is written, whatever its
 * case, width and composition. An answer is found once it is written.
 */
@Injectable()
export class MessageSearch {
  constructor(
    private readonly db: Db,
    private readonly conversations: Conversations,
    private readonly repository: SearchRepository,
  ) {}

  async search(actor: Actor, { size, cursor, ...asked }: MessageSearchQuery): Promise<FoundMessages> {
    const query = asked.query.trim();
    const after = cursor === undefined ? undefined : searchPlaceOf(cursor);
    if (asked.conversationId !== undefined) await this.conversations.find(actor, asked.conversationId);
    const slice = { ...asked, query, after, limit: size + 1 };
    const places = await this.repository.places(this.db, actor.userId, slice);
    const page = pageOf(places, size);
    const shown = await this.repository.messagesAt(this.db, actor.userId, page);
    const last = places.length > page.length ? shown.at(-1) : undefined;
    return {
      messages: shown.map((message) => ({ ...message, snippet: snippetOf(message.content, query) })),
      nextCursor: last ? searchCursorOf(last) : null,
    };
  }
}

function pageOf(places: readonly FoundPlace[], size: number): readonly FoundPlace[] {
  let bytes = 0;
  const tooMuch = places.findIndex((place) => (bytes += place.bytes) > MOST_BYTES);
  return places.slice(0, tooMuch === -1 ? size : Math.min(size, Math.max(1, tooMuch)));
}
