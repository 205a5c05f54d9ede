/** Reading of what others wrote: whatever is not as it should be is as if it were not there. */

export type Loose = Readonly<Record<string, unknown>>;

export function looseIn(value: unknown): Loose | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : undefined;
}

export function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

const NO_CHARACTERS = /[\0\uFDD0-\uFDEF]|[^\P{Cn}\uFDD0-\uFDEF]/gu;

/** Characters that no database or client takes are replaced. */
export function textIn(value: unknown): string | undefined {
  return typeof value === 'string' ? value.toWellFormed().replace(NO_CHARACTERS, replacement) : undefined;
}

/** Not every code point that is not assigned yet is none: those of new scripts stay. */
function replacement(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const isNone = code === 0 || (code >= 0xfdd0 && code <= 0xfdef) || (code & 0xfffe) === 0xfffe;
  return isNone ? '\ufffd' : character;
}

/** A text of at least one and at most so many characters. */
export function shortTextIn(value: unknown, most: number): string | undefined {
  const text = textIn(value)?.trim();
  return text ? [...text.slice(0, most * 2)].slice(0, most).join('') : undefined;
}

export function countIn(value: unknown): number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 1_000_000_000 ? value : 0;
}

/** ISO 8601, or seconds since 1970. */
export function timeIn(value: unknown): Date | undefined {
  const time = typeof value === 'number' ? value * 1000 : typeof value === 'string' ? Date.parse(value) : NaN;
  return time >= 0 && time < LATEST ? new Date(Math.round(time)) : undefined;
}

const LATEST = Date.UTC(2100, 0, 1);
