import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { AppError } from '#kernel';
import type { Locales } from '#platform';
import { API } from '../edge/addresses';
import { refuseConnection } from '../edge/errors/raw-http-error';

const SOCKET_PATHS = [`/${API}/ws/`, '/socket.io/'];

/** Without a valid token a socket is refused before it opens; where there are no sockets, there is no such resource. */
export function guardUpgrades(server: Server, locales: Locales): void {
  server.on('upgrade', ({ url = '', headers }, socket: Duplex) => {
    socket.on('error', () => socket.destroy());
    const kind = SOCKET_PATHS.some((path) => url.startsWith(path)) ? 'unauthenticated' : 'not_found';
    refuseConnection(socket, new AppError(kind), locales.pick(headers['accept-language']));
  });
}
