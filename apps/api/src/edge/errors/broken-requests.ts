import type { Server } from 'node:http';
import { AppError, type ErrorKind } from '#kernel';
import type { Locales } from '#platform';
import { refuseConnection } from './raw-http-error';

const kindOfCode: Readonly<Record<string, ErrorKind>> = {
  HPE_HEADER_OVERFLOW: 'too_large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'too_large',
};

/** What Node cannot read as HTTP never reaches Express; it gets the same envelope all the same. */
export function refuseBrokenRequests(server: Server, locales: Locales): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET') return void socket.destroy();
    const kind = kindOfCode[error.code ?? ''] ?? 'malformed';
    refuseConnection(socket, new AppError(kind), locales.pick(undefined));
  });
}
