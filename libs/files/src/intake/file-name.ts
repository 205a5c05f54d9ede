import { basename } from 'node:path/posix';

const MOST_CHARACTERS = 255;

/** What a person may read: the last part of a path, without what is no character. */
export function fileNameOf(given: string | undefined): string {
  const name = basename((given ?? '').replaceAll('\\', '/'))
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cn}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu, '')
    .trim();
  return [...name].slice(0, MOST_CHARACTERS).join('') || 'file';
}
