import { Injectable } from '@nestjs/common';
import { beginningOf, type MessageRole, searchText } from '#conversations';
import { type Db, type SqlValue, timeOf, type Tx } from '#platform';
import type { Message } from './message';

export interface MessageSlice {
  readonly conversationId: string;
  readonly userId: string;
  readonly branches: 'active' | 'all';
  readonly order: 'asc' | 'desc';
  /** The `seq` behind which the slice begins, in its order. */
  readonly after?: number | undefined;
  readonly offset?: number | undefined;
  readonly limit: number;
}

export interface PromptMessage {
  readonly id: string;
  readonly parentId: string | null;
  readonly role: MessageRole;
  readonly content: string;
  readonly tokensUsed: number;
}

/** What a message says from now on, and what that takes. */
export type EditedText = Pick<Message, 'content' | 'tokensUsed'>;

export interface Ending extends Pick<Message, 'content' | 'model' | 'tokensUsed' | 'finishReason' | 'errorCode'> {
  readonly status: Exclude<Message['status'], 'streaming'>;
}

/** As the drivers answer it: not all engines have booleans and times. */
type Row = Omit<Message, 'isActive' | 'createdAt' | 'updatedAt' | 'editedAt'> & {
  readonly isActive: boolean | number;
  readonly createdAt: Date | string;
  readonly updatedAt: Date | string;
  readonly editedAt: Date | string | null;
};

// Written SQL: every turn and every page comes by here, and the text for the search is left where it is.
const MESSAGES = `
  SELECT id AS "id", conversation_id AS "conversationId", parent_id AS "parentId", seq AS "seq", role AS "role",
    type AS "type", content AS "content", model AS "model", tokens_used AS "tokensUsed", status AS "status",
    finish_reason AS "finishReason", error_code AS "errorCode", is_active AS "isActive", created_at AS "createdAt",
    updated_at AS "updatedAt", edited_at AS "editedAt"
  FROM messages`;

const INSERTED = `id, conversation_id, user_id, parent_id, seq, role, type, content, content_search, model, tokens_used,
  status, finish_reason, error_code, is_active, created_at, updated_at, edited_at`;

const PROMPT = `
  SELECT id AS "id", parent_id AS "parentId", role AS "role", content AS "content", tokens_used AS "tokensUsed"
  FROM messages WHERE conversation_id = ? AND is_active = ?`;

@Injectable()
export class MessagesRepository {
  async insert(tx: Tx, userId: string, messages: readonly Message[]): Promise<void> {
    const rows = messages.map((message) => insertedValues(message, userId));
    const places = rows.map((row) => `(${row.map(() => '?').join(', ')})`);
    await tx.execute(`INSERT INTO messages (${INSERTED}) VALUES ${places.join(', ')}`, rows.flat());
  }

  async find(db: Db, id: string): Promise<Message | undefined> {
    const [row] = await db.query<Row>(`${MESSAGES} WHERE id = ?`, [id]);
    return row && toMessage(row);
  }

  async findOwned(db: Db, userId: string, id: string): Promise<Message | undefined> {
    const [row] = await db.query<Row>(`${MESSAGES} WHERE id = ? AND user_id = ?`, [id, userId]);
    return row && toMessage(row);
  }

  async conversationOf(tx: Tx, userId: string, id: string): Promise<string | undefined> {
    const sql = 'SELECT conversation_id AS "conversationId" FROM messages WHERE id = ? AND user_id = ?';
    const [row] = await tx.query<{ conversationId: string }>(sql, [id, userId]);
    return row?.conversationId;
  }

  async slice(db: Db, slice: MessageSlice): Promise<Message[]> {
    const { conversationId, userId, branches, order, after, offset = 0, limit } = slice;
    const conditions: (readonly [string, ...SqlValue[]])[] = [
      ['conversation_id = ?', conversationId],
      // Of the conversation: PostgreSQL would take the owner of a message for a sieve of its own, and sort what is left.
      ['EXISTS (SELECT 1 FROM conversations WHERE id = ? AND user_id = ?)', conversationId, userId],
      ...(branches === 'active' ? [['is_active = ?', true] as const] : []),
      ...(after === undefined ? [] : [[order === 'asc' ? 'seq > ?' : 'seq < ?', after] as const]),
    ];
    const rows = await db.query<Row>(
      `${MESSAGES} WHERE ${conditions.map(([condition]) => condition).join(' AND ')}
       ORDER BY seq ${order === 'asc' ? 'ASC' : 'DESC'} LIMIT ? OFFSET ?`,
      [...conditions.flatMap(([, ...values]) => values), limit, offset],
    );
    return rows.map(toMessage);
  }

  async count(db: Db, conversationId: string): Promise<number> {
    const sql = 'SELECT COUNT(*) AS "count" FROM messages WHERE conversation_id = ?';
    const [row] = await db.query<{ count: number }>(sql, [conversationId]);
    return row?.count ?? 0;
  }

  newestForPrompt(db: Db, conversationId: string, limit: number): Promise<PromptMessage[]> {
    return db.query<PromptMessage>(`${PROMPT} ORDER BY seq DESC LIMIT ?`, [conversationId, true, limit]);
  }

  /** Of the active branch, from `id` upwards. */
  recentForPrompt(db: Db, conversationId: string, id: string, limit: number): Promise<PromptMessage[]> {
    return db.query<PromptMessage>(
      `${PROMPT} AND seq <= (SELECT seq FROM messages WHERE id = ?) ORDER BY seq DESC LIMIT ?`,
      [conversationId, true, id, limit],
    );
  }

  async edit(tx: Tx, id: string, { content, tokensUsed }: EditedText, at: Date): Promise<void> {
    await tx.execute(
      `UPDATE messages SET content = ?, content_search = ?, tokens_used = ?, edited_at = ?, updated_at = ?
       WHERE id = ?`,
      [content, searchText(content), tokensUsed, at, at, id],
    );
  }

  /** False: it streams no more. */
  async checkpoint(db: Db, id: string, content: string, at: Date): Promise<boolean> {
    const kept = await db.execute(
      `UPDATE messages SET content = ?, updated_at = ? WHERE id = ? AND status = 'streaming'`,
      [content, at, id],
    );
    return kept === 1;
  }

  /** False: it streams no more. */
  async finish(tx: Tx, id: string, ending: Ending, at: Date): Promise<boolean> {
    const { status, content, model, tokensUsed, finishReason, errorCode } = ending;
    const reason = finishReason && beginningOf(finishReason, 64);
    const finished = await tx.execute(
      `UPDATE messages SET status = ?, content = ?, content_search = ?, model = ?, tokens_used = ?, finish_reason = ?,
         error_code = ?, updated_at = ?
       WHERE id = ? AND status = 'streaming'`,
      [...[status, content, searchText(content), model, tokensUsed, reason, errorCode, at], id],
    );
    return finished === 1;
  }
}

function insertedValues(message: Message, userId: string): SqlValue[] {
  const { id, conversationId, parentId, seq, role, type, content, model, tokensUsed, status } = message;
  const { finishReason, errorCode, isActive, createdAt, updatedAt, editedAt } = message;
  return [
    ...[id, conversationId, userId, parentId, seq, role, type, content, searchText(content), model, tokensUsed],
    ...[status, finishReason, errorCode, isActive, createdAt, updatedAt, editedAt],
  ];
}

function toMessage(row: Row): Message {
  return {
    ...row,
    isActive: Boolean(row.isActive),
    createdAt: timeOf(row.createdAt),
    updatedAt: timeOf(row.updatedAt),
    editedAt: row.editedAt === null ? null : timeOf(row.editedAt),
  };
}
