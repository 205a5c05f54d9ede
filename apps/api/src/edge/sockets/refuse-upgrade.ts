import type { Duplex } from 'node:stream';
import type { Locale } from '#platform';
import { refuseConnection } from '../errors/raw-http-error';
import { toAppError } from '../errors/to-app-error';

/** Answers with HTTP in place of a socket. */
export function refuseUpgrade(socket: Duplex, thrown: unknown, locale: Locale): void {
  const error = toAppError(thrown);
  const wait = error.retryAfter === undefined ? [] : [`Retry-After: ${error.retryAfter}`];
  refuseConnection(socket, error, locale, ['Sec-WebSocket-Version: 13', ...wait]);
}
