import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { AppError } from '#kernel';
import type { Locales } from '#platform';
import { API } from '../edge/addresses';
import { refuseConnection } from '../edge/errors/raw-http-error';

const SOCKET_PATHS = [`/${API}/ws/`, '/socket.io/'];

/** Without a valid token a socket is refused before it opens; where there are no sockets, there is no such resource. */
export function guardUpgrades(server: Server, locales: Locales): void {
  server.on('upgrade', (request, socket: Duplex, head: Buffer) => {
    const { url = '', headers } = request;
    if (headers.upgrade?.toLowerCase() !== 'websocket') return ignoreUpgrade(server, request, socket, head);
    socket.on('error', () => socket.destroy());
    const kind = SOCKET_PATHS.some((path) => url.startsWith(path)) ? 'unauthenticated' : 'not_found';
    refuseConnection(socket, new AppError(kind), locales.pick(headers['accept-language']));
  });
}

/**
 * Other protocols may be declined by answering as if nothing had been offered, and some clients offer `h2c` with their first
 * request. Node has let go of the connection by now: it is handed back with the request as it would be without the offer.
 */
function ignoreUpgrade(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { method, url, httpVersion, rawHeaders } = request;
  const lines = rawHeaders.flatMap((name, index) =>
    index % 2 === 1 || name.toLowerCase() === 'upgrade' ? [] : [`${name}: ${rawHeaders[index + 1]}`],
  );
  const start = [`${method} ${url} HTTP/${httpVersion}`, ...lines, '', ''].join('\r\n');
  socket.unshift(Buffer.concat([Buffer.from(start, 'latin1'), head]));
  server.emit('connection', socket);
}
