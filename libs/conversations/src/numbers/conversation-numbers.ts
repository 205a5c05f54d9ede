import { Injectable } from '@nestjs/common';
import { type Actor, AppError } from '#kernel';
import { Db, timeOf, Transaction, type Tx } from '#platform';

export interface NumberedConversation {
  readonly number: number;
  readonly title: string;
  readonly createdAt: Date;
}

interface Row {
  readonly id: string;
  readonly number: number | null;
  readonly title: string;
  readonly createdAt: Date | string;
}

/** The oldest of a person who has more of them are not listed. */
const MOST_LISTED = 10_000;
const AT_ONCE = 500;

/**
 * Integers by which conversations are called where a protocol knows no UUIDs: unique in the installation, short, and never
 * used again. A conversation gets its own when it is first asked for, so that those nobody calls so cost nothing.
 */
@Injectable()
export class ConversationNumbers {
  constructor(
    private readonly db: Db,
    private readonly transaction: Transaction,
  ) {}

  /** Those that are not archived, the newest first. */
  async list(actor: Actor): Promise<NumberedConversation[]> {
    const found = await this.rows(actor);
    const nameless = found.filter(({ number }) => number === null).map(({ id }) => id);
    const rows = nameless.length === 0 ? found : await this.numbered(actor, nameless);
    return rows.flatMap(({ number, title, createdAt }) =>
      // One that was begun a moment ago comes with the next list.
      number === null ? [] : [{ number, title, createdAt: timeOf(createdAt) }],
    );
  }

  /** Of a conversation that is there. */
  async numberOf(id: string): Promise<number> {
    const given = await this.given(id);
    if (given !== undefined) return given;
    await this.give([id]);
    const number = await this.given(id);
    if (number === undefined) throw new AppError('not_found');
    return number;
  }

  /** The conversation's id; another's is `not_found`, as one that never was. */
  async idOf({ userId }: Actor, number: number): Promise<string> {
    const [row] = await this.db.query<{ id: string }>(
      `SELECT id AS "id" FROM conversations INNER JOIN conversation_numbers ON conversation_id = id
       WHERE number = ? AND user_id = ?`,
      [number, userId],
    );
    if (row === undefined) throw new AppError('not_found');
    return row.id;
  }

  private async numbered(actor: Actor, ids: readonly string[]): Promise<Row[]> {
    const oldestFirst = ids.toReversed();
    for (let at = 0; at < ids.length; at += AT_ONCE) await this.give(oldestFirst.slice(at, at + AT_ONCE));
    return this.rows(actor);
  }

  private rows({ userId }: Actor): Promise<Row[]> {
    return this.db.query<Row>(
      `SELECT id AS "id", number AS "number", title AS "title", created_at AS "createdAt"
       FROM conversations LEFT JOIN conversation_numbers ON conversation_id = id
       WHERE user_id = ? AND is_archived = ? ORDER BY created_at DESC, id DESC LIMIT ?`,
      [userId, false, MOST_LISTED],
    );
  }

  private async given(id: string): Promise<number | undefined> {
    const sql = 'SELECT number AS "number" FROM conversation_numbers WHERE conversation_id = ?';
    const [row] = await this.db.query<{ number: number }>(sql, [id]);
    return row?.number;
  }

  /** Only to those that have none: on PostgreSQL and MySQL a number is also used up by an attempt. */
  private give(ids: readonly string[]): Promise<unknown> {
    return this.transaction.run((tx) => insert(tx, ids));
  }
}

/** Of several who give one conversation its number at once, one does. */
function insert(tx: Tx, ids: readonly string[]): Promise<number> {
  return tx.execute(
    `INSERT INTO conversation_numbers (conversation_id)
     SELECT id FROM conversations WHERE id IN (${ids.map(() => '?').join(', ')}) ORDER BY created_at, id
     ${tx.engine === 'mysql' ? 'ON DUPLICATE KEY UPDATE number = number' : 'ON CONFLICT DO NOTHING'}`,
    [...ids],
  );
}
