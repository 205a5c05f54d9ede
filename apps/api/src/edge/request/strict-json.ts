import { AppError } from '#kernel';

const MAX_DEPTH = 64;
const MAX_KEYS = 10_000;
const REACHES_PROTOTYPES = new Set(['__proto__', 'constructor', 'prototype']);

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads a JSON object as forgivingly as the standard and no more: what parsers disagree about is refused. */
export function parseJsonObject(bytes: Uint8Array): Record<string, unknown> {
  const text = decode(bytes);
  const value = parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AppError('malformed', { reason: 'body_not_object' });
  }
  refuseOddities(text);
  return value as Record<string, unknown>;
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new AppError('malformed', { reason: 'body_not_utf8', cause });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the body, which may hold a password.
    throw new AppError('malformed', { reason: 'body_not_json' });
  }
}

/** Walks over valid JSON once: depth, number of keys, keys given twice, and keys that reach prototypes. */
function refuseOddities(text: string): void {
  const open: (Set<string> | null)[] = [];
  let keys = 0;
  let expectsKey = false;
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case '"': {
        const end = endOfString(text, at);
        if (expectsKey) {
          if (++keys > MAX_KEYS) throw new AppError('malformed', { reason: 'body_too_complex' });
          noteKey(open.at(-1), text.slice(at, end + 1));
        }
        at = end;
        break;
      }
      case '{':
      case '[':
        expectsKey = text[at] === '{';
        open.push(expectsKey ? new Set() : null);
        if (open.length > MAX_DEPTH) throw new AppError('malformed', { reason: 'body_too_complex' });
        break;
      case '}':
      case ']':
        open.pop();
        expectsKey = false;
        break;
      case ',':
        expectsKey = open.at(-1) !== null;
        break;
      case ':':
        expectsKey = false;
        break;
    }
  }
}

function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return end;
  }
}

function noteKey(seen: Set<string> | null | undefined, quoted: string): void {
  const key = quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
  if (REACHES_PROTOTYPES.has(key)) throw AppError.invalid({ field: key, reason: 'unknown_field' });
  if (seen?.has(key))
    throw new AppError('malformed', { reason: 'field_given_twice', params: { field: key.slice(0, 100) } });
  seen?.add(key);
}
