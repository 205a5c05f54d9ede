import { Injectable } from '@nestjs/common';
import { Clock, newId } from '#kernel';
import { type Part, sameText } from '#platform';
import { figuresOf, type TurnBill } from './ledger/turn-bill';
import { type Admission, plus, type TurnRequest } from './quota';
import { allowingAndTaking, closingAndNoting, standingThen, type StandingRow } from './quota-statements';
import { type QuotaStatus, statusOf } from './quota-status';
import { factsOf, standingIn } from './quota.repository';
import { QuotaWindows } from './windows/quota-windows';

/** `allowed`, as JSON: the driver takes longer for columns. Null if there is no row. */
export interface AllowedRow {
  readonly allowed: StandingRow | null;
}

/** `standing`, as JSON, is null of nobody. */
export interface SettledRow {
  readonly held: number;
  readonly standing: StandingRow | null;
}

/**
 * What `Quota` does, as parts of a statement of PostgreSQL's that opens or ends a turn as a whole. It takes what can be
 * had without a question, and leaves the rest to `Quota`.
 */
@Injectable()
export class QuotaParts {
  constructor(
    private readonly windows: QuotaWindows,
    private readonly clock: Clock,
  ) {}

  /** As `reserve`, for the owner of a locked `thread`: `allowed` has a row if all is to be had, beside fewer than so many turns. */
  reserve({ userId, turnId, promptTokens, leaseUntil, ...request }: TurnRequest, mostTurns: number): Part {
    const now = this.clock.date();
    const { day, month } = this.windows.at(now.getTime());
    const { requests, tokens } = ownOf({ promptTokens, ...request });
    return {
      sql: allowingAndTaking,
      values: [
        ...[month, day, now, day, month, userId],
        ...[requests, requests, tokens, tokens, requests, mostTurns],
        ...[turnId, day, month, tokens, promptTokens, leaseUntil, requests, tokens],
      ],
    };
  }

  /** What `reserve` has come to: nothing if not all was to be had. */
  admission({ allowed }: AllowedRow, request: TurnRequest): Admission | undefined {
    if (allowed === null) return undefined;
    const standing = standingIn(allowed);
    return {
      maxTokens: request.wantedTokens,
      status: statusOf(plus(standing, ownOf(request)), this.windows.at(this.clock.now())),
      turnsRunning: standing.turnsRunning + 1,
    };
  }

  /** As `settle`, when the rows of `after` are there. */
  settle(bill: TurnBill, after: string): Part {
    const at = this.clock.date();
    const entry = { id: newId(at.getTime()), at, ...bill, ...figuresOf(bill) };
    return {
      sql: closingAndNoting(sameText`AND (SELECT COUNT(*) FROM ${after}) >= 0`),
      values: [entry.turnId, entry.totalTokens, 1, ...factsOf(entry)],
    };
  }

  /** Columns of a `SettledRow`, for a question behind `settle`. */
  standing(userId: string): Part {
    const now = this.clock.date();
    const { day, month } = this.windows.at(now.getTime());
    return { sql: standingThen, values: [now, day, month, userId] };
  }

  /** Undefined: of nobody there is none, and of what was settled before it is not known here. */
  statusIn(row: SettledRow): QuotaStatus | undefined {
    if (row.held === 0 || row.standing === null) return undefined;
    return statusOf(standingIn(row.standing), this.windows.at(this.clock.now()));
  }
}

function ownOf(request: Pick<TurnRequest, 'promptTokens' | 'wantedTokens' | 'chargeTokens'>) {
  const { promptTokens, wantedTokens, chargeTokens } = request;
  return { requests: 1, tokens: chargeTokens ? promptTokens + wantedTokens : 0 };
}
