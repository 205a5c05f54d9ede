import { AppError } from '#kernel';
import type { Message } from './message';

/** A page goes on behind the place of its last message. */
export function cursorOf({ seq }: Message): string {
  return String(seq);
}

export function seqOf(cursor: string): number {
  if (!/^[1-9]\d{0,14}$/.test(cursor)) throw AppError.invalid({ field: 'cursor', reason: 'invalid' });
  return Number(cursor);
}
