import type { Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { AppError, type ErrorKind } from '#kernel';
import type { Locales } from '#platform';
import { refuseConnection } from './raw-http-error';

const kindOfCode: Readonly<Record<string, ErrorKind>> = {
  HPE_HEADER_OVERFLOW: 'too_large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'too_large',
};

/** What Node cannot read as HTTP or answers by itself never reaches Express; it gets the same envelope all the same. */
export function refuseBrokenRequests(server: Server, locales: Locales): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || isAnswering(socket)) return void socket.destroy();
    const kind = kindOfCode[error.code ?? ''] ?? 'malformed';
    refuseConnection(socket, new AppError(kind), locales.pick(undefined));
  });
  server.on('connect', ({ headers }, socket: Duplex) => {
    socket.on('error', () => socket.destroy());
    const locale = locales.pick(headers['accept-language']);
    refuseConnection(socket, new AppError('method_not_allowed'), locale, ['Allow:']);
  });
  // Left to us, see `wellFormedAddress`. The types know it for a new server alone.
  Object.assign(server, { requireHostHeader: false });
  // An expectation may be ignored; Node would refuse it without an envelope.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
}

/** What is written now would be read as part of the answer that is on its way. */
function isAnswering(socket: Duplex): boolean {
  const { _httpMessage: answer } = socket as { _httpMessage?: ServerResponse | null };
  return answer?.headersSent === true;
}
