import { AppError, isId } from '#kernel';
import type { ConversationSort } from './conversation-search';

/** The last conversation of a page, and what it was sorted by: a title, folded, or a time. */
export interface Place {
  readonly key: string | Date;
  readonly id: string;
}

const YEAR_10000 = Date.UTC(10_000);

export function encodeCursor(sort: ConversationSort, { key, id }: Place): string {
  const written = [sort, key instanceof Date ? key.getTime() : key, id];
  return Buffer.from(JSON.stringify(written)).toString('base64url');
}

/** A cursor of another sort names no place in this one. */
export function decodeCursor(sort: ConversationSort, cursor: string): Place {
  const [itsSort, key, id] = parse(cursor);
  const refused = AppError.invalid({ field: 'cursor', reason: 'invalid' });
  if (itsSort !== sort || typeof id !== 'string' || !isId(id)) throw refused;
  if (sort === 'title') {
    if (typeof key !== 'string' || !key.isWellFormed() || key.includes('\0')) throw refused;
    return { key, id };
  }
  if (typeof key !== 'number' || !(key >= 0 && key < YEAR_10000)) throw refused;
  return { key: new Date(key), id };
}

function parse(cursor: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
