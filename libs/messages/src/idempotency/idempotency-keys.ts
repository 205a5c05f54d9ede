import { Injectable } from '@nestjs/common';
import { AppError, Clock } from '#kernel';
import { Db, type Tx } from '#platform';

/** What came of a send. */
export interface SentTurn {
  readonly conversationId: string;
  readonly userMessageId: string;
  /** The answer's; null where none was asked for. */
  readonly messageId: string | null;
}

interface KeyedBody {
  readonly userId: string;
  readonly key: string;
  /** SHA-256 in hexadecimal, of all that tells one send from another. */
  readonly bodyHash: string;
}

export type KeyClaim = KeyedBody & SentTurn;

interface KeyRow extends SentTurn {
  readonly bodyHash: string;
}

const LIFETIME_MS = 24 * 3_600_000;

@Injectable()
export class IdempotencyKeys {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
  ) {}

  /**
   * Of several who send under one key at once, one goes on; the others wait for its transaction and are told its turn.
   * The turn of a key that was used before, whose own work has to be undone then; undefined: go on. Another body under
   * the same key is a conflict.
   */
  async claim(tx: Tx, claim: KeyClaim): Promise<SentTurn | undefined> {
    const { userId, key, bodyHash, conversationId, userMessageId, messageId } = claim;
    const now = this.clock.now();
    await tx.execute('DELETE FROM idempotency_keys WHERE user_id = ? AND idempotency_key = ? AND expires_at <= ?', [
      ...[userId, key, new Date(now)],
    ]);
    await tx.execute(
      `INSERT INTO idempotency_keys
         (user_id, idempotency_key, body_hash, conversation_id, user_message_id, message_id, expires_at)
       VALUES (?, ?, ?, ?, ?, ?, ?)
       ${tx.engine === 'mysql' ? 'ON DUPLICATE KEY UPDATE user_id = user_id' : 'ON CONFLICT DO NOTHING'}`,
      [userId, key, bodyHash, conversationId, userMessageId, messageId, new Date(now + LIFETIME_MS)],
    );
    const held = await this.find(tx, { userId, key, bodyHash });
    return held?.userMessageId === userMessageId ? undefined : held;
  }

  /** What came of the key, if it was used. Another body under the same key is a conflict. */
  async find(tx: Tx, { userId, key, bodyHash }: KeyedBody): Promise<SentTurn | undefined> {
    const [row] = await tx.query<KeyRow>(
      `SELECT body_hash AS "bodyHash", conversation_id AS "conversationId", user_message_id AS "userMessageId",
         message_id AS "messageId"
       FROM idempotency_keys WHERE user_id = ? AND idempotency_key = ? AND expires_at > ?`,
      [userId, key, this.clock.date()],
    );
    if (row === undefined) return undefined;
    const { bodyHash: known, ...turn } = row;
    if (known !== bodyHash) throw new AppError('conflict', { reason: 'idempotency_key_reused' });
    return turn;
  }

  /** Where the key was used, if it was. */
  async conversationOf(userId: string, key: string): Promise<string | undefined> {
    const [row] = await this.db.query<Pick<SentTurn, 'conversationId'>>(
      `SELECT conversation_id AS "conversationId" FROM idempotency_keys
       WHERE user_id = ? AND idempotency_key = ? AND expires_at > ?`,
      [userId, key, this.clock.date()],
    );
    return row?.conversationId;
  }

  /** For a turn that came to nothing: whoever sends again may have another. */
  async giveBack(tx: Tx, userId: string, messageId: string): Promise<void> {
    await tx.execute('DELETE FROM idempotency_keys WHERE user_id = ? AND message_id = ?', [userId, messageId]);
  }

  /** Nothing depends on it but the size of the table. */
  async deleteExpired(db: Db): Promise<void> {
    await db.execute('DELETE FROM idempotency_keys WHERE expires_at <= ?', [this.clock.date()]);
  }
}
