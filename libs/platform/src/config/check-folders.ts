import { accessSync, closeSync, constants, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ensureDirectory } from '../files/ensure-directory';
import type { ConfigCheck } from './config-check';

/**
 * Makes what the server will write to, as it would a moment later, when each fault would be the only one that is told. What it
 * has made stays: others may start beside us, and have found it.
 */
export const checkFolders: ConfigCheck = ({ values, faults }) => {
  const { DATABASE_URL, LOG_FILE, UPLOAD_DIR, MAIL_DIR } = values;
  const attempt = (variable: string, path: string | undefined, make: (path: string) => void): void => {
    if (path === undefined) return;
    try {
      make(path);
    } catch (error) {
      faults.add(variable, `cannot be used: ${(error as Error).message}`);
    }
  };
  const sqliteFile =
    DATABASE_URL?.engine === 'sqlite' && DATABASE_URL.file !== ':memory:' ? DATABASE_URL.file : undefined;
  attempt('DATABASE_URL', sqliteFile, makeFile);
  attempt('LOG_FILE', LOG_FILE, makeFile);
  attempt('UPLOAD_DIR', values.S3_BUCKET === undefined ? UPLOAD_DIR : undefined, makeFolder);
  attempt('MAIL_DIR', values.SMTP_URL === undefined ? MAIL_DIR : undefined, makeFolder);
};

function makeFile(path: string): void {
  ensureDirectory(dirname(resolve(path)));
  closeSync(openSync(path, 'a'));
}

function makeFolder(path: string): void {
  ensureDirectory(path, 0o700);
  accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
}
