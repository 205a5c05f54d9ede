import { Injectable } from '@nestjs/common';
import { AppError, Clock, newId } from '#kernel';
import { Db, type Tx } from '#platform';
import { figuresOf, type TurnBill, type TurnCharge } from './ledger/turn-bill';
import { type HeldPrompt, QuotaRepository } from './quota.repository';
import { type Amounts, type QuotaStatus, type Standing, statusOf } from './quota-status';
import { QuotaWindows, type Windows } from './windows/quota-windows';

export interface TurnRequest {
  readonly userId: string;
  /** New: the answer's message, where there is one. */
  readonly turnId: string;
  readonly promptTokens: number;
  /** At least one. */
  readonly wantedTokens: number;
  /** False where the caller's own upstream key pays: the turn is a request, and no tokens. */
  readonly chargeTokens: boolean;
  /** Who is asked, where no conversation keeps the answer. */
  readonly model?: string;
  /** Until when nobody else may take the turn for dead. */
  readonly leaseUntil: Date;
}

export interface Admission {
  /** What is wanted, or what is left. */
  readonly maxTokens: number;
  /** With this turn in it. */
  readonly status: QuotaStatus;
  /** Of the user, with this one; those too whose process died a moment ago. */
  readonly turnsRunning: number;
}

/**
 * What may still be spent. A turn is reserved in the transaction that opens it, and settled or released in the one that
 * ends it; the first of these to come ends the hold, and whatever comes later does nothing.
 */
@Injectable()
export class Quota {
  constructor(
    private readonly db: Db,
    private readonly repository: QuotaRepository,
    private readonly quotaWindows: QuotaWindows,
    private readonly clock: Clock,
  ) {}

  /** Throws `quota_exceeded` with the first limit that stands in the way; the transaction has to fail with it. */
  async reserve(tx: Tx, request: TurnRequest): Promise<Admission> {
    const { userId, promptTokens, wantedTokens, chargeTokens } = request;
    const now = this.clock.date();
    const windows = this.quotaWindows.at(now.getTime());
    const own = { requests: 1, tokens: chargeTokens ? promptTokens + wantedTokens : 0 };
    const refuseIfOver = (standing: Standing) => {
      const spare = { requests: 1, tokens: chargeTokens ? wantedTokens : Infinity };
      refuseWithout(spare, own, statusOf(standing, windows), now);
    };

    if (tx.engine === 'mysql') {
      // Several who insert the first row of a day and take it back, being refused, end in a deadlock.
      refuseIfOver(plus(existing(await this.repository.standing(tx, userId, windows, now)), own));
    }
    const hold = { ...request, tokens: own.tokens, model: request.model ?? null };
    const standing = existing(await this.repository.open(tx, hold, windows, now));
    refuseIfOver(standing);
    const excess = chargeTokens ? excessTokens(standing) : 0;
    if (excess > 0) await this.repository.shrink(tx, hold, windows, excess);
    const granted = plus(standing, { requests: 0, tokens: -excess });
    return {
      maxTokens: wantedTokens - excess,
      status: statusOf(granted, windows),
      turnsRunning: standing.turnsRunning,
    };
  }

  /**
   * Charges the turn to the windows in which it was reserved, never with more than it holds, and notes on the ledger
   * what was reported. False: it was settled or released before.
   */
  async settle(tx: Tx, bill: TurnBill): Promise<boolean> {
    const at = this.clock.date();
    return this.repository.settle(tx, { id: newId(at.getTime()), at, ...bill, ...figuresOf(bill) });
  }

  /** For a turn that came to nothing: it costs nothing. False: it was settled or released before. */
  async release(tx: Tx, turnId: string): Promise<boolean> {
    return this.repository.release(tx, turnId);
  }

  /** For a turn that failed before its first token: it costs nothing, and is counted. False: as for `release`. */
  async fail(tx: Tx, turnId: string, model: string | null): Promise<boolean> {
    return this.repository.fail(tx, turnId, model ?? '');
  }

  /** As long as the turns go on. */
  async renew(turnIds: readonly string[], leaseUntil: Date): Promise<void> {
    if (turnIds.length > 0) await this.repository.renew(this.db, turnIds, leaseUntil);
  }

  /** Turns that nobody goes on with, the longest dead first: whoever finds them settles or releases them. */
  async expiredTurns(limit: number): Promise<readonly string[]> {
    return this.repository.expired(this.db, this.clock.date(), limit);
  }

  /** Of whoever asks. */
  async statusOf(userId: string, db: Db = this.db): Promise<QuotaStatus> {
    const now = this.clock.date();
    const windows = this.quotaWindows.at(now.getTime());
    return statusOf(existing(await this.repository.standing(db, userId, windows, now)), windows);
  }

  now(): Date {
    return this.clock.date();
  }

  /** The day and the month that it is. */
  windows(): Windows {
    return this.quotaWindows.at(this.clock.now());
  }

  /** How the user stands when what was put to the transaction before is done; on PostgreSQL it is asked along with that. */
  async statusAfter(work: Promise<unknown>, tx: Tx, userId: string): Promise<QuotaStatus> {
    if (tx.engine !== 'postgres') await work;
    return this.statusOf(userId, tx);
  }

  /** Of a turn that has not ended; undefined: there is no such hold. */
  heldPrompt(tx: Tx, turnId: string): Promise<HeldPrompt | undefined> {
    return this.repository.heldPrompt(tx, turnId);
  }

  /** What a turn that was settled came to. */
  chargeOf(turnId: string): Promise<TurnCharge | undefined> {
    return this.repository.chargeOf(this.db, turnId);
  }
}

/** In the order in which the plans list them. */
const limitsInOrder = [
  ['day', 'requests'],
  ['month', 'requests'],
  ['day', 'tokens'],
  ['month', 'tokens'],
] as const;

/** `status` has the turn in it, with all of `own`; as long as a limit is passed by less than `spare`, it can run. */
function refuseWithout(spare: Amounts, own: Amounts, status: QuotaStatus, now: Date): void {
  for (const [period, metric] of limitsInOrder) {
    const { limit, used, resetsAt } = status[period];
    if (used[metric] - (limit[metric] ?? Infinity) < spare[metric]) continue;
    throw new AppError('quota_exceeded', {
      details: {
        period,
        metric,
        limit: limit[metric],
        used: used[metric] - own[metric],
        resets_at: resetsAt.toISOString(),
      },
      retryAfter: Math.ceil((resetsAt.getTime() - now.getTime()) / 1000),
    });
  }
}

function excessTokens({ limits, day, month }: Standing): number {
  return Math.max(day.tokens - (limits.dailyTokens ?? Infinity), month.tokens - (limits.monthlyTokens ?? Infinity), 0);
}

export function plus(standing: Standing, { requests, tokens }: Amounts): Standing {
  const more = (used: Amounts) => ({ requests: used.requests + requests, tokens: used.tokens + tokens });
  return { ...standing, day: more(standing.day), month: more(standing.month) };
}

/** Who was deleted on another replica a moment ago is nobody. */
function existing(standing: Standing | null): Standing {
  if (standing === null) throw new AppError('unauthenticated');
  return standing;
}
