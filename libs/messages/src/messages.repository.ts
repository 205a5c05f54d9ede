import { Injectable } from '@nestjs/common';
import { beginningOf, type MessageRole, searchText } from '#conversations';
import { type Db, type Part, sameText, type SqlValue, timeOf, type Tx } from '#platform';
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

/** Of what a message says. */
export interface MessageSize {
  readonly bytes: number;
}

export interface PromptMessage {
  readonly id: string;
  readonly parentId: string | null;
  readonly role: MessageRole;
  readonly content: string;
  readonly attachments: readonly string[];
  readonly tokensUsed: number;
}

/** What a message says from now on, and what that takes. */
export type EditedText = Pick<Message, 'content' | 'tokensUsed'>;

/** What there is of an answer by now. */
export type AnswerText = Pick<Message, 'id' | 'content'>;

/** What has come of an answer since its last checkpoint, which left it so many bytes. */
export interface AnswerGrowth {
  readonly id: string;
  readonly bytes: number;
  readonly piece: string;
}

export interface Ending extends Pick<Message, 'content' | 'model' | 'tokensUsed' | 'finishReason' | 'errorCode'> {
  readonly status: Exclude<Message['status'], 'streaming'>;
}

/** As the drivers answer it: not all engines have booleans and times. */
export type MessageRow = Omit<Message, 'attachments' | 'isActive' | 'createdAt' | 'updatedAt' | 'editedAt'> & {
  readonly attachments: string | null;
  readonly isActive: boolean | number;
  readonly createdAt: Date | string;
  readonly updatedAt: Date | string;
  readonly editedAt: Date | string | null;
};

export type PromptRow = Omit<PromptMessage, 'attachments'> & Pick<MessageRow, 'attachments'>;

// Written SQL: every turn and every page comes by here, and the text for the search is left where it is.
export const MESSAGE_COLUMNS = `
  id AS "id", conversation_id AS "conversationId", parent_id AS "parentId", seq AS "seq", role AS "role",
  type AS "type", content AS "content", attachments AS "attachments", model AS "model", tokens_used AS "tokensUsed",
  status AS "status", finish_reason AS "finishReason", error_code AS "errorCode", is_active AS "isActive",
  created_at AS "createdAt", updated_at AS "updatedAt", edited_at AS "editedAt"`;

const MESSAGES = `SELECT ${MESSAGE_COLUMNS} FROM messages`;

const INSERTED = `id, conversation_id, user_id, parent_id, seq, role, type, content, attachments, content_search, model, tokens_used,
  status, finish_reason, error_code, is_active, created_at, updated_at, edited_at`;

const PLACES = INSERTED.split(',')
  .map(() => '?')
  .join(', ');

const PROMPT = `
  SELECT id AS "id", parent_id AS "parentId", role AS "role", content AS "content", attachments AS "attachments",
    tokens_used AS "tokensUsed"
  FROM messages WHERE conversation_id = ? AND is_active = ?`;

const FINISH = `
  UPDATE messages SET status = ?, content = ?, content_search = ?, model = ?, tokens_used = ?, finish_reason = ?,
    error_code = ?, updated_at = ?
  WHERE id = ? AND status = 'streaming'`;

const NEWEST = `SELECT json_agg(newest) FROM (${PROMPT} ORDER BY seq DESC LIMIT ?) newest`;
const INSERT_FOR_ALLOWED = `INSERT INTO messages (${INSERTED}) SELECT ${PLACES} FROM allowed`;
const FINISH_AFTER_ENDED = `finished AS (${FINISH} AND (SELECT COUNT(*) FROM ended) >= 0 RETURNING id)`;

@Injectable()
export class MessagesRepository {
  async insert(tx: Tx, userId: string, messages: readonly Message[]): Promise<void> {
    const rows = messages.map((message) => insertedValues(message, userId));
    const places = rows.map(() => `(${PLACES})`).join(', ');
    await tx.execute(`INSERT INTO messages (${INSERTED}) VALUES ${places}`, rows.flat());
  }

  async find(db: Db, id: string): Promise<Message | undefined> {
    const [row] = await db.query<MessageRow>(`${MESSAGES} WHERE id = ?`, [id]);
    return row && toMessage(row);
  }

  async findOwned(db: Db, userId: string, id: string): Promise<Message | undefined> {
    const [row] = await db.query<MessageRow>(`${MESSAGES} WHERE id = ? AND user_id = ?`, [id, userId]);
    return row && toMessage(row);
  }

  async conversationOf(tx: Tx, userId: string, id: string): Promise<string | undefined> {
    const sql = 'SELECT conversation_id AS "conversationId" FROM messages WHERE id = ? AND user_id = ?';
    const [row] = await tx.query<{ conversationId: string }>(sql, [id, userId]);
    return row?.conversationId;
  }

  async slice(db: Db, slice: MessageSlice): Promise<Message[]> {
    return (await this.read<MessageRow>(db, MESSAGES, slice)).map(toMessage);
  }

  /** Of what `slice` would answer. */
  async sizes(db: Db, slice: MessageSlice): Promise<MessageSize[]> {
    const sizes = 'SELECT OCTET_LENGTH(content) AS "bytes" FROM messages';
    const rows = await this.read<{ bytes: number | string }>(db, sizes, slice);
    return rows.map(({ bytes }) => ({ bytes: Number(bytes) }));
  }

  private read<Row extends object>(db: Db, select: string, slice: MessageSlice): Promise<Row[]> {
    const { conversationId, userId, branches, order, after, offset = 0, limit } = slice;
    const conditions: (readonly [string, ...SqlValue[]])[] = [
      ['conversation_id = ?', conversationId],
      // Of the conversation: PostgreSQL would take the owner of a message for a sieve of its own, and sort what is left.
      ['EXISTS (SELECT 1 FROM conversations WHERE id = ? AND user_id = ?)', conversationId, userId],
      ...(branches === 'active' ? [['is_active = ?', true] as const] : []),
      ...(after === undefined ? [] : [[order === 'asc' ? 'seq > ?' : 'seq < ?', after] as const]),
    ];
    return db.query<Row>(
      `${select} WHERE ${conditions.map(([condition]) => condition).join(' AND ')}
       ORDER BY seq ${order === 'asc' ? 'ASC' : 'DESC'} LIMIT ? OFFSET ?`,
      [...conditions.flatMap(([, ...values]) => values), limit, offset],
    );
  }

  async count(db: Db, conversationId: string): Promise<number> {
    const sql = 'SELECT COUNT(*) AS "count" FROM messages WHERE conversation_id = ?';
    const [row] = await db.query<{ count: number }>(sql, [conversationId]);
    return row?.count ?? 0;
  }

  /** As `newestForPrompt`, as one value. */
  newestPart(conversationId: string, limit: number): Part {
    return {
      sql: NEWEST,
      values: [conversationId, true, limit],
    };
  }

  /** As `insert`, if `allowed`. */
  insertParts(userId: string, messages: readonly Message[]): Part[] {
    return messages.map((message, index) => ({
      sql: sameText`said${String(index)} AS (${INSERT_FOR_ALLOWED})`,
      values: insertedValues(message, userId),
    }));
  }

  async newestForPrompt(db: Db, conversationId: string, limit: number): Promise<PromptMessage[]> {
    const rows = await db.query<PromptRow>(`${PROMPT} ORDER BY seq DESC LIMIT ?`, [conversationId, true, limit]);
    return rows.map(toPromptMessage);
  }

  /** Of the active branch, from `id` upwards. */
  async recentForPrompt(db: Db, conversationId: string, id: string, limit: number): Promise<PromptMessage[]> {
    const rows = await db.query<PromptRow>(
      `${PROMPT} AND seq <= (SELECT seq FROM messages WHERE id = ?) ORDER BY seq DESC LIMIT ?`,
      [conversationId, true, id, limit],
    );
    return rows.map(toPromptMessage);
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

  /** As `checkpoint`, of many at once on PostgreSQL; answers the ids of those that stream. */
  checkpointPart(texts: readonly AnswerText[], at: Date): Part {
    return {
      sql: `
        UPDATE messages SET content = kept.content, updated_at = ?
        FROM json_to_recordset(?::json) AS kept (id uuid, content text)
        WHERE messages.id = kept.id AND messages.status = 'streaming' RETURNING messages.id`,
      values: [at, JSON.stringify(texts)],
    };
  }

  /**
   * As `checkpointPart`, of pieces of them; answers the ids of those that stream and were as long as is said. A statement
   * whose success was not heard of may run again: what is there already is not put there twice.
   */
  growthPart(growth: readonly AnswerGrowth[], at: Date): Part {
    return {
      sql: `
        UPDATE messages SET updated_at = ?, content = CASE octet_length(messages.content)
          WHEN grown.bytes THEN messages.content || grown.piece ELSE messages.content END
        FROM json_to_recordset(?::json) AS grown (id uuid, bytes int, piece text)
        WHERE messages.id = grown.id AND messages.status = 'streaming'
          AND octet_length(messages.content) IN (grown.bytes, grown.bytes + octet_length(grown.piece))
        RETURNING messages.id`,
      values: [at, JSON.stringify(growth)],
    };
  }

  /** False: it streams no more. */
  async finish(tx: Tx, id: string, ending: Ending, at: Date): Promise<boolean> {
    return (await tx.execute(FINISH, finishedValues(id, ending, at))) === 1;
  }

  /** As `finish`, after `ended`; `finished` has a row unless it streams no more. */
  finishPart(id: string, ending: Ending, at: Date): Part {
    return {
      sql: FINISH_AFTER_ENDED,
      values: finishedValues(id, ending, at),
    };
  }
}

function insertedValues(message: Message, userId: string): SqlValue[] {
  const { id, conversationId, parentId, seq, role, type, content, attachments, model, tokensUsed, status } = message;
  const { finishReason, errorCode, isActive, createdAt, updatedAt, editedAt } = message;
  return [
    ...[id, conversationId, userId, parentId, seq, role, type, content],
    ...[attachments.length === 0 ? null : JSON.stringify(attachments), searchText(content), model, tokensUsed],
    ...[status, finishReason, errorCode, isActive, createdAt, updatedAt, editedAt],
  ];
}

function finishedValues(id: string, ending: Ending, at: Date): SqlValue[] {
  const { status, content, model, tokensUsed, finishReason, errorCode } = ending;
  const reason = finishReason && beginningOf(finishReason, 64);
  return [status, content, searchText(content), model, tokensUsed, reason, errorCode, at, id];
}

export function toMessage(row: MessageRow): Message {
  return {
    ...row,
    attachments: idsIn(row.attachments),
    isActive: Boolean(row.isActive),
    createdAt: timeOf(row.createdAt),
    updatedAt: timeOf(row.updatedAt),
    editedAt: row.editedAt === null ? null : timeOf(row.editedAt),
  };
}

export function toPromptMessage(row: PromptRow): PromptMessage {
  return { ...row, attachments: idsIn(row.attachments) };
}

function idsIn(attachments: string | null): readonly string[] {
  return attachments === null ? [] : (JSON.parse(attachments) as readonly string[]);
}
