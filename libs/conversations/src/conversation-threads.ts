import { Injectable } from '@nestjs/common';
import { AppError } from '#kernel';
import { type Db, type SqlValue, timeOf, type Tx } from '#platform';
import { beginningOf } from './beginning-of';
import type { ConversationThread, ExpiredTurn, ThreadChange } from './conversation-thread';

/** As the drivers answer it: not all engines have booleans and times. */
interface ThreadRow extends Omit<ConversationThread, 'hasOwnKey' | 'leaseUntil'> {
  readonly hasOwnKey: boolean | number;
  readonly leaseUntil: Date | string | null;
}

// Written SQL: every turn comes by here.
const THREAD = `
  SELECT id AS "id", user_id AS "userId", title AS "title", model AS "model", system_message AS "systemMessage",
    api_key_sealed IS NOT NULL AS "hasOwnKey", message_count AS "messageCount", active_leaf_id AS "activeLeafId",
    next_seq AS "nextSeq", running_message_id AS "runningMessageId", lease_until AS "leaseUntil"
  FROM conversations WHERE id = ? AND user_id = ?`;

const CHANGED = `active_leaf_id = ?, message_count = ?, last_message_content = ?, last_message_role = ?,
  last_message_at = ?, next_seq = ?, updated_at = ?`;

const IDLE = 'running_message_id = NULL, lease_owner = NULL, lease_until = NULL';

/** What a turn begins with. */
export interface TurnClaim {
  /** The process that writes the answer. */
  readonly owner: string;
  readonly leaseUntil: Date;
  readonly now: Date;
}

interface EndedTurn {
  /** Of the conversation. */
  readonly id: string;
  readonly messageId: string;
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
    const thread = await this.findAndLock(tx, userId, id);
    if (thread === undefined) throw new AppError('not_found');
    return thread;
  }

  /** As `lockOwned`, for whoever has something to do also where it is gone. */
  async findAndLock(tx: Tx, userId: string, id: string): Promise<ConversationThread | undefined> {
    const lock = tx.engine === 'sqlite' ? '' : ' FOR UPDATE';
    const [row] = await tx.query<ThreadRow>(THREAD + lock, [id, userId]);
    return row && toThread(row);
  }

  async touch(tx: Tx, id: string, change: ThreadChange): Promise<void> {
    await tx.execute(`UPDATE conversations SET ${CHANGED} WHERE id = ?`, [...changedValues(change), id]);
  }

  /**
   * As `touch`, with the answer `messageId` that is written from now on. The thread's `runningMessageId`, if there is one,
   * has lost its writer: whoever begins a turn ends that message.
   */
  async beginTurn(
    tx: Tx,
    thread: ConversationThread,
    messageId: string,
    { owner, leaseUntil, now }: TurnClaim,
    change: ThreadChange,
  ): Promise<void> {
    if (thread.runningMessageId !== null && thread.leaseUntil !== null && thread.leaseUntil > now) {
      throw new AppError('conflict', { reason: 'turn_running', details: { message_id: thread.runningMessageId } });
    }
    await tx.execute(
      `UPDATE conversations SET running_message_id = ?, lease_owner = ?, lease_until = ?, ${CHANGED} WHERE id = ?`,
      [messageId, owner, leaseUntil, ...changedValues(change), thread.id],
    );
  }

  /** False: of one or another it is not so. */
  async renewLeases(
    db: Db,
    { ids, owner, leaseUntil }: { readonly ids: readonly string[] } & Pick<TurnLease, 'owner' | 'leaseUntil'>,
  ): Promise<boolean> {
    if (ids.length === 0) return true;
    const renewed = await db.execute(
      `UPDATE conversations SET lease_until = ? WHERE lease_owner = ? AND id IN (${ids.map(() => '?').join(', ')})`,
      [leaseUntil, owner, ...ids],
    );
    return renewed === ids.length;
  }

  /** False: the turn is over, taken by another or gone with its conversation. */
  async renewLease(db: Db, { id, messageId, owner, leaseUntil }: TurnLease): Promise<boolean> {
    const renewed = await db.execute(
      'UPDATE conversations SET lease_until = ? WHERE id = ? AND running_message_id = ? AND lease_owner = ?',
      [leaseUntil, id, messageId, owner],
    );
    return renewed === 1;
  }

  /** Whoever writes the answer learns, when he renews his lease, that he is to end it. */
  async revokeLease(db: Db, { id, messageId }: { readonly id: string; readonly messageId: string }): Promise<void> {
    await db.execute('UPDATE conversations SET lease_owner = NULL WHERE id = ? AND running_message_id = ?', [
      id,
      messageId,
    ]);
  }

  /** What the answer comes to is shown where it is the last message. False: the turn was over already. */
  async finishTurn(tx: Tx, { id, messageId }: EndedTurn, content: string, updatedAt: Date): Promise<boolean> {
    const ended = await tx.execute(
      `UPDATE conversations SET ${IDLE},
         last_message_content = CASE WHEN active_leaf_id = ? THEN ? ELSE last_message_content END,
         updated_at = CASE WHEN active_leaf_id = ? THEN ? ELSE updated_at END
       WHERE id = ? AND running_message_id = ?`,
      [messageId, beginningOf(content, 200), messageId, updatedAt, id, messageId],
    );
    return ended === 1;
  }

  /** False: it was over already. */
  async endTurn(tx: Tx, { id, messageId }: EndedTurn): Promise<boolean> {
    const ended = await tx.execute(`UPDATE conversations SET ${IDLE} WHERE id = ? AND running_message_id = ?`, [
      id,
      messageId,
    ]);
    return ended === 1;
  }

  /** Those first whose lease ended first. */
  async expiredTurns(db: Db, now: Date, limit: number): Promise<readonly ExpiredTurn[]> {
    return db.query<ExpiredTurn>(
      `SELECT id AS "conversationId", user_id AS "userId", running_message_id AS "messageId" FROM conversations
       WHERE lease_until <= ? AND running_message_id IS NOT NULL ORDER BY lease_until LIMIT ?`,
      [now, limit],
    );
  }
}

function changedValues({ activeLeafId, messageCount, lastMessage, nextSeq, updatedAt }: ThreadChange): SqlValue[] {
  return [
    ...[activeLeafId, messageCount, lastMessage && beginningOf(lastMessage.content, 200), lastMessage?.role ?? null],
    ...[lastMessage?.createdAt ?? null, nextSeq, updatedAt],
  ];
}

function toThread(row: ThreadRow): ConversationThread {
  const { hasOwnKey, leaseUntil } = row;
  return { ...row, hasOwnKey: Boolean(hasOwnKey), leaseUntil: leaseUntil === null ? null : timeOf(leaseUntil) };
}
