import type { AppError } from '#kernel';
import type { Usage } from '#llm';
import type { Message } from '#messages';
import type { Allowance, QuotaStatus } from '#quota';

/** What is left of today; null: no limit. */
export type RemainingQuota = Allowance;

export interface TurnContent {
  readonly type: 'content';
  readonly content: string;
  /** Where in the answer the piece begins, in UTF-16 units. */
  readonly offset: number;
}

/** The answer is over; how, its status tells. */
export interface TurnEnd {
  readonly type: 'end';
  /** The answer as it is stored. */
  readonly message: Message;
  readonly usage: Usage;
  /** US dollars. */
  readonly cost: number;
  readonly quota: RemainingQuota;
}

/** The answer broke off, or there is none; what came of it is stored. */
export interface TurnError {
  readonly type: 'error';
  readonly error: AppError;
}

export type TurnEvent = TurnContent | TurnEnd | TurnError;

export function remainingOf({ day }: QuotaStatus): RemainingQuota {
  return day.remaining;
}
