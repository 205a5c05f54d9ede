import { beginnings, endings, foundPasswords, runsOfDigits, shortBeginnings, walks } from './common-passwords';

/** No stronger than the one to four characters that it repeats. */
const REPETITION = /^(.{1,4}?)\1+$/su;
const DATE = /^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/;

let listed: ReadonlySet<string> | undefined;

/** Among those that are tried first, whatever the case of its letters. Takes a password of eight characters or more. */
export function isCommonPassword(password: string): boolean {
  const lower = password.toLowerCase();
  listed ??= listedPasswords();
  return listed.has(lower) || REPETITION.test(lower) || DATE.test(lower) || isWalk(lower);
}

function listedPasswords(): ReadonlySet<string> {
  return new Set([
    ...foundPasswords(),
    ...beginnings(),
    ...everyPair(beginnings(), endings()),
    ...everyPair(shortBeginnings(), runsOfDigits()),
  ]);
}

function everyPair(beginnings: readonly string[], endings: readonly string[]): string[] {
  return beginnings.flatMap((beginning) => endings.map((ending) => beginning + ending));
}

function isWalk(text: string): boolean {
  const backwards = [...text].reverse().join('');
  return walks.some((walk) => walk.includes(text) || walk.includes(backwards));
}
