export type TurnOutcome = 'complete' | 'stopped' | 'interrupted' | 'failed';

/** What the upstream reported, or our own count. */
export interface TokenUsage {
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly totalTokens: number;
}

/** What a turn came to. */
export interface TurnBill {
  readonly turnId: string;
  readonly conversationId: string;
  readonly model: string;
  readonly usage: TokenUsage;
  /** Millionths of a US dollar. */
  readonly costMicros: number;
  readonly status: TurnOutcome;
  /** The upstream was called with the caller's own key. */
  readonly ownKey: boolean;
  /** Answered from the cache. */
  readonly cached: boolean;
  readonly firstTokenMs: number | null;
}

/** What an integer column holds. */
const MOST = 2 ** 31 - 1;

/** With figures that can be kept and summed up, whatever an upstream reports. */
export function saneBill(bill: TurnBill): TurnBill {
  const { promptTokens, completionTokens, totalTokens } = bill.usage;
  return {
    ...bill,
    usage: {
      promptTokens: wholeNumber(promptTokens),
      completionTokens: wholeNumber(completionTokens),
      totalTokens: wholeNumber(totalTokens),
    },
    costMicros: wholeNumber(bill.costMicros),
    firstTokenMs: bill.firstTokenMs === null ? null : wholeNumber(bill.firstTokenMs),
  };
}

function wholeNumber(reported: number): number {
  return Number.isNaN(reported) ? 0 : Math.min(Math.max(Math.round(reported), 0), MOST);
}
