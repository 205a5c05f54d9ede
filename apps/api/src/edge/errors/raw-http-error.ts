import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type AppError, errorCatalogue, newId } from '#kernel';
import { type Locale } from '#platform';
import { secondsSince } from '../request/process-time';
import { presentError } from './error-body';

/** The envelope written by hand, for connections that have no response object: broken requests and refused upgrades. */
export function refuseConnection(
  socket: Duplex,
  error: AppError,
  locale: Locale,
  headers: readonly string[] = [],
): void {
  const started = performance.now();
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const { http } = errorCatalogue[error.kind];
  const requestId = newId();
  const body = JSON.stringify({
    success: false,
    error: presentError(error, locale),
    timestamp: new Date().toISOString(),
    request_id: requestId,
  });
  socket.end(
    [
      `HTTP/1.1 ${http} ${STATUS_CODES[http]}`,
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      `X-Request-ID: ${requestId}`,
      `X-Process-Time: ${secondsSince(started)}`,
      ...headers,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}
