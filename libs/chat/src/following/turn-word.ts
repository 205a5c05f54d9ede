import { AppError } from '#kernel';
import type { TurnEvent } from '../turn/turn-event';

/** What a replica asks of whichever writes an answer. */
export type TurnWish =
  | { readonly follow: string; /** How much of it the asking one has. */ readonly from: number }
  | { readonly stop: string };

/** What the replica that writes an answer says of it. */
export type TurnWord =
  | { readonly offset: number; readonly content: string }
  /** It is stored; how it ended, its row tells. */
  | { readonly over: true; readonly error?: ToldError };

type ToldError = ConstructorParameters<typeof AppError>;

export function wordOf(event: TurnEvent): TurnWord {
  if (event.type === 'content') return { offset: event.offset, content: event.content };
  if (event.type === 'end') return { over: true };
  const { kind, reason, params, details, retryAfter, issues } = event.error;
  return { over: true, error: [kind, { reason, params, details, retryAfter }, issues] };
}

export function errorOf(told: ToldError): AppError {
  return new AppError(...told);
}
