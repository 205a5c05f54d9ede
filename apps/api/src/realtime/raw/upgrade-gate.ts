import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Locales } from '#platform';
import { refuseUpgrade } from '../../edge/sockets/refuse-upgrade';
import type { RawSockets } from './raw-sockets';

/** Engine.IO answers there by itself. */
const ENGINE_PATH = '/socket.io/';

/** Without a valid token a socket is refused before it opens; where there are no sockets, there is no such resource. */
export function guardUpgrades(server: Server, locales: Locales, sockets: RawSockets): void {
  server.on('upgrade', (request, socket: Duplex, head: Buffer) => {
    const { url = '', headers } = request;
    socket.on('error', () => socket.destroy());
    if (url.startsWith(ENGINE_PATH)) return;
    if (headers.upgrade?.toLowerCase() !== 'websocket') return ignoreUpgrade(server, request, socket, head);
    sockets.open(request, socket, head).catch((thrown: unknown) => {
      refuseUpgrade(socket, thrown, locales.pick(headers['accept-language']));
    });
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
