import { AppError, isId } from '#kernel';
import type { Message } from '../message';

/** Behind which a page of the search goes on. */
export interface SearchPlace {
  readonly at: Date;
  readonly id: string;
}

const YEAR_10000 = Date.UTC(10_000);

export function searchCursorOf({ createdAt, id }: Message): string {
  return `${createdAt.getTime()}.${id}`;
}

export function searchPlaceOf(cursor: string): SearchPlace {
  const [, time, id = ''] = /^(\d{1,15})\.(.+)$/.exec(cursor) ?? [];
  if (!isId(id) || !(Number(time) < YEAR_10000)) throw AppError.invalid({ field: 'cursor', reason: 'invalid' });
  return { at: new Date(Number(time)), id };
}
