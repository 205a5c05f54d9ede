import { domainToASCII, domainToUnicode } from 'node:url';
import { type FieldIssue, holdsInvisible } from '#kernel';

const USERNAME_LENGTH = { min: 3, max: 50 };
const THREE_TO_FIFTY = /^.{3,50}$/su;
const USERNAME = /^(?:[\p{L}\p{N}_.-]\p{M}*)+$/u;

/** What is wrong with it as a username. One that is right has 3 to 50 characters folded, too. */
export function usernameFault(name: string): Omit<FieldIssue, 'field'> | undefined {
  const length = { reason: 'length', params: USERNAME_LENGTH } as const;
  if (!THREE_TO_FIFTY.test(name)) return length;
  const key = foldName(name);
  if (!THREE_TO_FIFTY.test(key)) return length;
  return isPlainName(name) && isPlainName(key) ? undefined : { reason: 'username_characters' };
}

function isPlainName(text: string): boolean {
  return USERNAME.test(text) && !holdsInvisible(text);
}

/** The key under which a username is unique: one for all that people read as the same name. */
export function foldName(name: string): string {
  return fold(name);
}

/** The key under which an email address is unique. Mail goes to the address as its owner wrote it, never to the key. */
export function foldEmail(email: string): string {
  return fold(email);
}

function fold(text: string): string {
  return (
    text
      .normalize('NFKC')
      // Not every letter finds its partner in one step: ẞ has to go down to ß before it goes up to SS.
      .toLowerCase()
      .toUpperCase()
      .toLowerCase()
      // Going down picks the sigma by its place in the word, and leaves the dot of a Turkish İ on its i.
      .replaceAll('ς', 'σ')
      .replace(/i\u0307+/g, 'i')
      .normalize('NFKC')
  );
}

const EMAIL_LIMIT = 254;
const LOCAL_LIMIT = 64;
const LABEL_LIMIT = 63;
const LOCAL_PART = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+$/u;
const DOMAIN = /^[\p{L}\p{M}\p{N}.-]+$/u;
const LABEL = /^[a-z\d](?:[a-z\d-]*[a-z\d])?$/;

/** An address as people have them: no quotes, comments or literals; letters of any script. One that is right folds into one. */
export function isEmail(text: string): boolean {
  return text.length <= EMAIL_LIMIT && [text, foldEmail(text)].every(isPlainEmail);
}

function isPlainEmail(text: string): boolean {
  const [local = '', domain = '', ...rest] = text.split('@');
  if (rest.length > 0 || !DOMAIN.test(domain) || holdsInvisible(text)) return false;
  const asciiDomain = domainToASCII(domain);
  const localBytes = Buffer.byteLength(local);
  return (
    localBytes <= LOCAL_LIMIT &&
    localBytes + '@'.length + asciiDomain.length <= EMAIL_LIMIT &&
    local.split('.').every((part) => LOCAL_PART.test(part)) &&
    isDomainWithDot(asciiDomain.split('.')) &&
    !isBrokenPunycode(asciiDomain)
  );
}

/** Node 20 converts none of it to begin with; Node 24 leaves what it cannot decode as it was. */
function isBrokenPunycode(asciiDomain: string): boolean {
  return domainToUnicode(asciiDomain)
    .split('.')
    .some((label) => label.startsWith('xn--'));
}

function isDomainWithDot(labels: readonly string[]): boolean {
  const isAddress = /^\d+$/.test(labels.at(-1) ?? '');
  return labels.length > 1 && !isAddress && labels.every((label) => label.length <= LABEL_LIMIT && LABEL.test(label));
}
