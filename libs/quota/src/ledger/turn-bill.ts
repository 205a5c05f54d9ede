export type TurnOutcome = 'complete' | 'stopped' | 'interrupted' | 'failed';

/** What the upstream reported, or our own count. */
export interface TokenUsage {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** As the ledger tells it afterwards. */
export interface TurnCharge {
  readonly usage: TokenUsage;
  /** US dollars. */
  readonly cost: number;
}

/** What a turn came to. */
export interface TurnBill {
  readonly turnId: string;
  /** Null: no conversation keeps it. */
  readonly conversationId: string | null;
  readonly model: string;
  readonly usage: TokenUsage;
  /** US dollars. */
  readonly cost: number;
  readonly status: TurnOutcome;
  /** The upstream was called with the caller's own key. */
  readonly ownKey: boolean;
  /** Answered from the cache. */
  readonly cached: boolean;
  readonly firstTokenMs: number | null;
}

/** The figures of a bill as the ledger keeps them. */
export interface BillFigures {
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly totalTokens: number;
  /** Millionths of a US dollar. */
  readonly costMicros: number;
  readonly firstTokenMs: number | null;
}

/** What an integer column holds. */
const MOST = 2 ** 31 - 1;

/** Whatever an upstream reports, what can be kept and summed up. */
export function figuresOf({
  usage,
  cost,
  firstTokenMs,
}: Pick<TurnBill, 'usage' | 'cost' | 'firstTokenMs'>): BillFigures {
  const promptTokens = wholeNumber(usage.promptTokens);
  const completionTokens = wholeNumber(usage.completionTokens);
  return {
    promptTokens,
    completionTokens,
    totalTokens: wholeNumber(promptTokens + completionTokens),
    costMicros: wholeNumber(cost * 1_000_000),
    firstTokenMs: firstTokenMs === null ? null : wholeNumber(firstTokenMs),
  };
}

function wholeNumber(reported: number): number {
  return Number.isNaN(reported) ? 0 : Math.min(Math.max(Math.round(reported), 0), MOST);
}
