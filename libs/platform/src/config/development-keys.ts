import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureDirectory } from '../files/ensure-directory';
import type { CheckedValues } from './rules';

export type DevelopmentKeys = Pick<CheckedValues, 'SECRET_KEY' | 'ENCRYPTION_KEY'>;

/** The keys kept in a directory, made at the first call; processes that start together get the same. */
export function ensureDevelopmentKeys(directory: string): DevelopmentKeys {
  ensureDirectory(directory);
  return {
    SECRET_KEY: ensureKey(directory, 'secret.key').toString('base64'),
    ENCRYPTION_KEY: ensureKey(directory, 'encryption.key'),
  };
}

function ensureKey(directory: string, name: string): Buffer {
  const file = join(directory, name);
  if (!existsSync(file)) makeKey(file);
  const key = Buffer.from(readFileSync(file, 'utf8'), 'base64');
  if (key.length !== 32) throw new Error(`holds no key in ${name}: delete that file to have one made`);
  return key;
}

/** A link appears whole or not at all, and only the first one does. */
function makeKey(file: string): void {
  const draft = `${file}.${randomUUID()}`;
  try {
    writeFileSync(draft, randomBytes(32).toString('base64'), { mode: 0o600, flush: true });
    linkSync(draft, file);
  } catch (error) {
    if (!existsSync(file)) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}
