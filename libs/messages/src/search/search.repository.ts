import { Injectable } from '@nestjs/common';
import { containing, type MessageRole } from '#conversations';
import type { Db, SqlValue } from '#platform';
import type { Message } from '../message';
import { MESSAGE_COLUMNS, type MessageRow, toMessage } from '../messages.repository';
import type { SearchPlace } from './search-cursor';

export interface SearchSlice {
  readonly query: string;
  readonly conversationId?: string | undefined;
  readonly role?: MessageRole | undefined;
  readonly from?: Date | undefined;
  /** Not included. */
  readonly to?: Date | undefined;
  readonly after?: SearchPlace | undefined;
  readonly limit: number;
}

export interface FoundPlace {
  readonly id: string;
  /** Of what was said. */
  readonly bytes: number;
}

export interface FoundRow extends Message {
  readonly conversationTitle: string;
}

type Condition = readonly [sql: string, ...values: SqlValue[]];

@Injectable()
export class SearchRepository {
  /** Newest first: read from an index of the owner's, so that it matters to nobody how much others have said. */
  async places(db: Db, userId: string, slice: SearchSlice): Promise<FoundPlace[]> {
    const conditions = conditionsOf(userId, slice);
    const rows = await db.query<{ id: string; bytes: number | string }>(
      `SELECT id AS "id", OCTET_LENGTH(content) AS "bytes"
       FROM messages WHERE ${conditions.map(([sql]) => sql).join(' AND ')}
       ORDER BY created_at DESC, id DESC LIMIT ?`,
      [...conditions.flatMap(([, ...values]) => values), slice.limit],
    );
    return rows.map(({ id, bytes }) => ({ id, bytes: Number(bytes) }));
  }

  /** What is there, newest first. */
  async messagesAt(db: Db, userId: string, places: readonly FoundPlace[]): Promise<FoundRow[]> {
    if (places.length === 0) return [];
    const rows = await db.query<MessageRow & Pick<FoundRow, 'conversationTitle'>>(
      `SELECT ${MESSAGE_COLUMNS},
         (SELECT title FROM conversations WHERE conversations.id = messages.conversation_id) AS "conversationTitle"
       FROM messages WHERE user_id = ? AND id IN (${places.map(() => '?').join(', ')})
       ORDER BY created_at DESC, id DESC`,
      [userId, ...places.map(({ id }) => id)],
    );
    return rows.map(({ conversationTitle, ...row }) => ({ ...toMessage(row), conversationTitle }));
  }
}

function conditionsOf(userId: string, { query, conversationId, role, from, to, after }: SearchSlice): Condition[] {
  return [
    ['user_id = ?', userId],
    [`content_search LIKE ? ESCAPE '!'`, containing(query)],
    ...(conversationId === undefined ? [] : [['conversation_id = ?', conversationId] as const]),
    ...(role === undefined ? [] : [['role = ?', role] as const]),
    ...(from === undefined ? [] : [['created_at >= ?', from] as const]),
    ...(to === undefined ? [] : [['created_at < ?', to] as const]),
    ...(after === undefined
      ? []
      : [['created_at <= ? AND (created_at < ? OR id < ?)', after.at, after.at, after.id] as const]),
  ];
}
