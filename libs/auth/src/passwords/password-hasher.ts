import { randomBytes } from 'node:crypto';
import { hash, type Options, parseOptions, verify } from '@node-rs/argon2';
import { Injectable } from '@nestjs/common';

const ARGON2ID = 2;

/** What OWASP recommends for argon2id; a hash made otherwise is outdated. */
const PARAMETERS = {
  algorithm: ARGON2ID,
  memoryCost: 19 * 1024,
  timeCost: 2,
  parallelism: 1,
} as const satisfies Options;

export interface PasswordVerdict {
  readonly matches: boolean;
  /** Made with other parameters than today's: hash the password again while it is known. */
  readonly outdated: boolean;
}

/**
 * Hashes run in libuv's pool, outside the event loop. Its four threads are the limit on how many run at once, and so on
 * the memory they take: whatever number of logins arrives, four times 19 MB, and the rest waits.
 */
@Injectable()
export class PasswordHasher {
  private readonly nobodysHash = unmatchedHash();

  hash(password: string): Promise<string> {
    return hash(asTyped(password), PARAMETERS);
  }

  async verify(passwordHash: string, password: string): Promise<PasswordVerdict> {
    return { matches: await verify(passwordHash, asTyped(password)), outdated: isOutdated(passwordHash) };
  }

  /** Takes as long as `verify`: for a user that does not exist. */
  async verifyNothing(password: string): Promise<void> {
    await verify(this.nobodysHash, asTyped(password));
  }
}

/** Keyboards and systems write the same é in one character or in two. */
function asTyped(password: string): string {
  return password.normalize('NFC');
}

function isOutdated(passwordHash: string): boolean {
  const made = parseOptions(passwordHash);
  return (Object.keys(PARAMETERS) as (keyof typeof PARAMETERS)[]).some((name) => made[name] !== PARAMETERS[name]);
}

/** Of no password, so written rather than computed: it is there for the first login as for the last. */
function unmatchedHash(): string {
  const { memoryCost, timeCost, parallelism } = PARAMETERS;
  const base64 = (bytes: number) => randomBytes(bytes).toString('base64').replaceAll('=', '');
  return `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${base64(16)}$${base64(32)}`;
}
