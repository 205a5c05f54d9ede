import { Injectable } from '@nestjs/common';
import { type ConversationThread, ConversationThreads, type ExpiredTurn, type TurnClaim } from '#conversations';
import { Clock, newId } from '#kernel';
import type { Db, Tx } from '#platform';
import { DeadTurns } from '../ending/dead-turns';

/** Of a turn whose writer is heard of no more. */
const LEASE_MS = 15_000;

interface LeasedTurn {
  readonly conversationId: string;
  readonly messageId: string;
}

/** One turn at a time in a conversation: its writer has it by a lease, which others see to be over when he dies. */
@Injectable()
export class TurnLeases {
  /** This process. */
  private readonly owner = newId();

  constructor(
    private readonly threads: ConversationThreads,
    private readonly dead: DeadTurns,
    private readonly clock: Clock,
  ) {}

  /** Until when a lease lasts that is taken or renewed now. */
  until(): Date {
    return new Date(this.clock.now() + LEASE_MS);
  }

  /** The conversation, in which a turn whose writer has died is ended first. */
  async lock(tx: Tx, userId: string, conversationId: string): Promise<ConversationThread> {
    const thread = await this.threads.lockOwned(tx, userId, conversationId);
    const wasDead = await this.endIfDead(tx, thread);
    return wasDead ? this.threads.lockOwned(tx, userId, conversationId) : thread;
  }

  async endDead(tx: Tx, userId: string, conversationId: string): Promise<void> {
    const thread = await this.threads.findAndLock(tx, userId, conversationId);
    if (thread !== undefined) await this.endIfDead(tx, thread);
  }

  expired(db: Db, limit: number): Promise<readonly ExpiredTurn[]> {
    return this.threads.expiredTurns(db, this.clock.date(), limit);
  }

  /** For a turn that begins now. */
  claim(): TurnClaim {
    return { owner: this.owner, leaseUntil: this.until(), now: this.clock.date() };
  }

  /** False: of one or another it is not so. */
  renewAll(db: Db, turns: readonly LeasedTurn[], leaseUntil: Date): Promise<boolean> {
    const ids = turns.map(({ conversationId }) => conversationId);
    return this.threads.renewLeases(db, { ids, owner: this.owner, leaseUntil });
  }

  /** False: the writer is to end the turn, which another wants, or which is gone with its conversation. */
  renew(db: Db, { conversationId: id, messageId }: LeasedTurn, leaseUntil: Date): Promise<boolean> {
    return this.threads.renewLease(db, { id, messageId, owner: this.owner, leaseUntil });
  }

  private async endIfDead(tx: Tx, thread: ConversationThread): Promise<boolean> {
    const { runningMessageId, leaseUntil } = thread;
    if (runningMessageId === null || leaseUntil === null || leaseUntil > this.clock.date()) return false;
    await this.dead.end(tx, thread, runningMessageId);
    return true;
  }
}
