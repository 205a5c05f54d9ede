export type UsageGroup = 'day' | 'user' | 'model' | 'plan' | 'conversation';

export interface UsageFigures {
  readonly requests: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly totalTokens: number;
  /** Millionths of a US dollar. */
  readonly costMicros: number;
}

/** All of a day, or of several. */
export interface UsageDay extends UsageFigures {
  /** Turns that failed or were interrupted; those that cost nothing are no requests. */
  readonly failures: number;
  /** How many of the answers had a first token of an upstream, and how long all of those together took. */
  readonly firstTokens: number;
  readonly firstTokenMs: number;
}

export interface UsageRow extends UsageFigures {
  /** The day, the name of the model or plan, the id of the user or conversation; null: no conversation kept it. */
  readonly key: string | null;
  /** Of a user who is still there. */
  readonly username: string | null;
}

export type UsedAmounts = Pick<UsageFigures, 'requests' | 'totalTokens' | 'costMicros'>;

/** Of one user; resets of the quota forgive nothing of it. */
export interface UsageSummary {
  readonly today: UsedAmounts;
  readonly thisMonth: UsedAmounts;
  readonly ever: UsedAmounts;
}

const NONE: UsedAmounts = { requests: 0, totalTokens: 0, costMicros: 0 };
export const NOTHING_USED: UsageSummary = { today: NONE, thisMonth: NONE, ever: NONE };
