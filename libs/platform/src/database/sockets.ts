import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import type { DatabaseTls } from './database-config';

/** For getting a connection, new or from the pool. */
export const CONNECT_LIMIT_MS = 5_000;
/** The server ends a statement that waits for a lock or runs for longer. */
export const LOCK_LIMIT_MS = 2_000;
export const STATEMENT_LIMIT_MS = 10_000;
export const POOL_SIZE = 10;

/** Longer than any statement may take: a server that has not answered by now is hung, or the network to it is cut. */
const SILENCE_LIMIT_MS = STATEMENT_LIMIT_MS + 2_000;

interface TlsOptions {
  readonly rejectUnauthorized: boolean;
  readonly checkServerIdentity: typeof checkServerIdentity;
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

/** Once for a new connection; the limit runs while it is `watched`. */
export function endWhenSilent(socket: Socket): void {
  socket.on('timeout', () => {
    socket.destroy(Object.assign(new Error('the database has fallen silent'), { code: 'ETIMEDOUT' }));
  });
}

export function watch(socket: Socket): void {
  socket.setTimeout(SILENCE_LIMIT_MS);
}

export function unwatch(socket: Socket): void {
  socket.setTimeout(0);
}

export function tlsOptions(tls: DatabaseTls): TlsOptions {
  const read = (path: string | undefined) => (path === undefined ? undefined : readFileSync(path, 'utf8'));
  return {
    rejectUnauthorized: tls.verify !== 'nothing',
    checkServerIdentity: tls.verify === 'host' ? checkServerIdentity : () => undefined,
    ca: read(tls.ca),
    cert: read(tls.cert),
    key: read(tls.key),
  };
}
