import type { QuotaLimits } from './limits';
import type { Windows } from './windows/quota-windows';

export interface Amounts {
  readonly requests: number;
  readonly tokens: number;
}

/** Null: no limit. */
export interface Allowance {
  readonly requests: number | null;
  readonly tokens: number | null;
}

export interface PeriodStatus {
  readonly limit: Allowance;
  /** What running turns hold counts as used until they end. */
  readonly used: Amounts;
  readonly remaining: Allowance;
  readonly resetsAt: Date;
}

export interface QuotaStatus {
  readonly plan: string;
  readonly day: PeriodStatus;
  readonly month: PeriodStatus;
}

/** Limits and counters of one user as the tables have them. */
export interface Standing {
  readonly plan: string;
  readonly limits: QuotaLimits;
  readonly day: Amounts;
  readonly month: Amounts;
  readonly turnsRunning: number;
}

export function statusOf({ plan, limits, day, month }: Standing, { dayEndsAt, monthEndsAt }: Windows): QuotaStatus {
  const daily = { requests: limits.dailyRequests, tokens: limits.dailyTokens };
  const monthly = { requests: limits.monthlyRequests, tokens: limits.monthlyTokens };
  return { plan, day: periodStatus(daily, day, dayEndsAt), month: periodStatus(monthly, month, monthEndsAt) };
}

function periodStatus(limit: Allowance, used: Amounts, resetsAt: Date): PeriodStatus {
  const remaining = {
    requests: rest(limit.requests, used.requests),
    tokens: rest(limit.tokens, used.tokens),
  };
  return { limit, used, remaining, resetsAt };
}

function rest(limit: number | null, used: number): number | null {
  return limit === null ? null : Math.max(limit - used, 0);
}
