import { Injectable } from '@nestjs/common';
import { AppError } from '#kernel';
import { type Db, timeOf, type Tx } from '#platform';
import { beginningOf } from './beginning-of';
import type { ConversationThread, ExpiredTurn, ThreadChange } from './conversation-thread';

interface ThreadRow {
  readonly id: string;
  readonly user_id: string;
  readonly title: string;
  readonly model: string;
  readonly system_message: string | null;
  readonly has_own_key: boolean | number;
  readonly message_count: number;
  readonly active_leaf_id: string | null;
  readonly next_seq: number;
  readonly running_message_id: string | null;
  readonly lease_until: Date | string | null;
}

interface TurnClaim {
  readonly messageId: string;
  /** The process that writes the answer. */
  readonly owner: string;
  readonly leaseUntil: Date;
  readonly now: Date;
}

interface TurnLease {
  /** Of the conversation. */
  readonly id: string;
  readonly messageId: string;
  readonly owner: string;
  readonly leaseUntil: Date;
}

/**
 * For those who append to conversations, inside their transactions. One turn at a time runs in a conversation: its
 * writer holds a lease and renews it; when it is over, anybody may end the turn.
 */
@Injectable()
export class ConversationThreads {
  /** Another's conversation is `not_found`, as one that never was. */
  async lockOwned(tx: Tx, userId: string, id: string): Promise<ConversationThread> {
    const [row] = await tx.query<ThreadRow>(
      `SELECT id, user_id, title, model, system_message, api_key_sealed IS NOT NULL AS has_own_key, message_count,
         active_leaf_id, next_seq, running_message_id, lease_until
       FROM conversations WHERE id = ? AND user_id = ?${tx.engine === 'sqlite' ? '' : ' FOR UPDATE'}`,
      [id, userId],
    );
    if (row === undefined) throw new AppError('not_found');
    return toThread(row);
  }

  async touch(tx: Tx, id: string, change: ThreadChange): Promise<void> {
    const { activeLeafId, messageCount, lastMessage, nextSeq, updatedAt } = change;
    await tx.execute(
      `UPDATE conversations SET active_leaf_id = ?, message_count = ?, last_message_content = ?,
         last_message_role = ?, last_message_at = ?, next_seq = ?, updated_at = ? WHERE id = ?`,
      [
        activeLeafId,
        messageCount,
        lastMessage && beginningOf(lastMessage.content, 200),
        lastMessage && lastMessage.role,
        lastMessage && lastMessage.createdAt,
        nextSeq,
        updatedAt,
        id,
      ],
    );
  }

  /** The thread's `runningMessageId`, if there is one, has lost its writer: whoever claims the turn ends that message. */
  async claimTurn(tx: Tx, thread: ConversationThread, { messageId, owner, leaseUntil, now }: TurnClaim): Promise<void> {
    if (thread.runningMessageId !== null && thread.leaseUntil !== null && thread.leaseUntil > now) {
      throw new AppError('conflict', { reason: 'turn_running', details: { message_id: thread.runningMessageId } });
    }
    await tx.execute('UPDATE conversations SET running_message_id = ?, lease_owner = ?, lease_until = ? WHERE id = ?', [
      messageId,
      owner,
      leaseUntil,
      thread.id,
    ]);
  }

  /** False: the turn is over, taken by another or gone with its conversation. */
  async renewLease(db: Db, { id, messageId, owner, leaseUntil }: TurnLease): Promise<boolean> {
    const renewed = await db.execute(
      'UPDATE conversations SET lease_until = ? WHERE id = ? AND running_message_id = ? AND lease_owner = ?',
      [leaseUntil, id, messageId, owner],
    );
    return renewed === 1;
  }

  /** False: it was over already. */
  async endTurn(tx: Tx, { id, messageId }: { readonly id: string; readonly messageId: string }): Promise<boolean> {
    const ended = await tx.execute(
      `UPDATE conversations SET running_message_id = NULL, lease_owner = NULL, lease_until = NULL
       WHERE id = ? AND running_message_id = ?`,
      [id, messageId],
    );
    return ended === 1;
  }

  /** Those first whose lease ended first. */
  async expiredTurns(db: Db, now: Date, limit: number): Promise<readonly ExpiredTurn[]> {
    const rows = await db.query<{ id: string; user_id: string; running_message_id: string }>(
      `SELECT id, user_id, running_message_id FROM conversations
       WHERE lease_until <= ? AND running_message_id IS NOT NULL ORDER BY lease_until LIMIT ?`,
      [now, limit],
    );
    return rows.map((row) => ({ conversationId: row.id, userId: row.user_id, messageId: row.running_message_id }));
  }
}

function toThread(row: ThreadRow): ConversationThread {
  return {
    id: row.id,
    userId: row.user_id,
    title: row.title,
    model: row.model,
    systemMessage: row.system_message,
    hasOwnKey: Boolean(row.has_own_key),
    messageCount: row.message_count,
    activeLeafId: row.active_leaf_id,
    nextSeq: row.next_seq,
    runningMessageId: row.running_message_id,
    leaseUntil: row.lease_until === null ? null : timeOf(row.lease_until),
  };
}
