import { Injectable } from '@nestjs/common';
import { AppError } from '#kernel';
import { type Db, type Part, sameText, type SqlValue, timeOf, type Tx } from '#platform';
import { beginningOf } from './beginning-of';
import type { ConversationThread, ExpiredTurn, ThreadChange } from './conversation-thread';

/** As the drivers answer it: not all engines have booleans and times. */
interface ThreadRow extends Omit<ConversationThread, 'hasOwnKey' | 'leaseUntil'> {
  readonly hasOwnKey: boolean | number;
  readonly leaseUntil: Date | string | null;
}

// Written SQL: every turn comes by here.
const THREAD_COLUMNS = `
  id AS "id", user_id AS "userId", title AS "title", model AS "model", system_message AS "systemMessage",
    api_key_sealed IS NOT NULL AS "hasOwnKey", message_count AS "messageCount", active_leaf_id AS "activeLeafId",
    next_seq AS "nextSeq", revision AS "revision", running_message_id AS "runningMessageId", lease_until AS "leaseUntil"`;

const OWNED = 'FROM conversations WHERE id = ? AND user_id = ?';

const CHANGED = `active_leaf_id = ?, message_count = ?, last_message_content = ?, last_message_role = ?,
  last_message_at = ?, next_seq = ?, updated_at = ?, revision = revision + 1`;

const BEGUN = 'running_message_id = ?, lease_owner = ?, lease_until = ?';
const IDLE = 'running_message_id = NULL, lease_owner = NULL, lease_until = NULL';

const FINISH = `
  UPDATE conversations SET ${IDLE},
    last_message_content = CASE WHEN active_leaf_id = ? THEN ? ELSE last_message_content END,
    updated_at = CASE WHEN active_leaf_id = ? THEN ? ELSE updated_at END
  WHERE id = ? AND running_message_id = ?`;

const BEGIN_IN_THREAD = `begun AS (
  UPDATE conversations SET ${BEGUN}, ${CHANGED} FROM thread CROSS JOIN allowed WHERE conversations.id = thread.id)`;
const FINISH_AND_TELL = `ended AS (${FINISH} RETURNING revision)`;

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
    const [row] = await tx.query<ThreadRow>(`SELECT ${THREAD_COLUMNS} ${OWNED}${lock}`, [id, userId]);
    return row && toThread(row);
  }

  /** `thread`, locked, if a turn that begins in it would find it as it is believed to be, and no other runs. */
  unchangedPart(thread: ConversationThread): Part {
    const { id, userId, nextSeq, revision, messageCount, activeLeafId, model, systemMessage, hasOwnKey } = thread;
    return {
      sql: `thread AS (
        SELECT id, user_id, title FROM conversations
        WHERE id = ? AND user_id = ? AND next_seq = ? AND revision = ? AND message_count = ?
          AND active_leaf_id IS NOT DISTINCT FROM ? AND model = ? AND system_message IS NOT DISTINCT FROM ?
          AND (api_key_sealed IS NOT NULL) = ? AND running_message_id IS NULL FOR UPDATE)`,
      values: [id, userId, nextSeq, revision, messageCount, activeLeafId, model, systemMessage, hasOwnKey],
    };
  }

  /** Where there is no `thread`: how the conversation is instead, unless a turn runs, and what `besides` finds, as one value. */
  changedPart(userId: string, id: string, besides: Part): Part {
    return {
      sql: sameText`SELECT row_to_json(seen) FROM (
        SELECT ${THREAD_COLUMNS}, (${besides.sql}) AS "besides" ${OWNED}
          AND running_message_id IS NULL AND NOT EXISTS (SELECT 1 FROM thread)) seen`,
      values: [...besides.values, id, userId],
    };
  }

  /** As `beginTurn`, of `thread`, if `allowed`. */
  beginPart(messageId: string, { owner, leaseUntil }: TurnClaim, change: ThreadChange): Part {
    return {
      sql: BEGIN_IN_THREAD,
      values: [messageId, owner, leaseUntil, ...changedValues(change)],
    };
  }

  /** As `finishTurn`; `ended` has a row, with the revision, unless the turn was over already. */
  finishPart({ id, messageId }: EndedTurn, content: string, updatedAt: Date): Part {
    return {
      sql: FINISH_AND_TELL,
      values: finishedValues({ id, messageId }, content, updatedAt),
    };
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
    await tx.execute(`UPDATE conversations SET ${BEGUN}, ${CHANGED} WHERE id = ?`, [
      messageId,
      owner,
      leaseUntil,
      ...changedValues(change),
      thread.id,
    ]);
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
    return (await tx.execute(FINISH, finishedValues({ id, messageId }, content, updatedAt))) === 1;
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

function finishedValues({ id, messageId }: EndedTurn, content: string, updatedAt: Date): SqlValue[] {
  return [messageId, beginningOf(content, 200), messageId, updatedAt, id, messageId];
}

function toThread(row: ThreadRow): ConversationThread {
  const { hasOwnKey, leaseUntil } = row;
  return { ...row, hasOwnKey: Boolean(hasOwnKey), leaseUntil: leaseUntil === null ? null : timeOf(leaseUntil) };
}
