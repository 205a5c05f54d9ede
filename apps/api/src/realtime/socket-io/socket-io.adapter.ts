import type { IncomingMessage } from 'node:http';
import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { Server, ServerOptions } from 'socket.io';
import { toAppError } from '../../edge/errors/to-app-error';
import { Callers } from '../../edge/sockets/caller';
import { Door, type SocketSettings } from '../../edge/sockets/door';
import { LARGEST_FRAME } from '../../edge/sockets/largest-frame';
import { MeteredWebSocketServer } from '../../edge/sockets/metered-web-sockets';

const PING_EVERY_MS = 25_000;
const SILENCE_MS = 15_000;
/** For whoever connects and does not say who he is. */
const NAMELESS_MS = 10_000;

/** Socket.IO on the server and behind the door that the raw socket has. */
export class SocketIoAdapter extends IoAdapter {
  constructor(
    private readonly app: INestApplicationContext,
    private readonly settings: Pick<SocketSettings, 'corsOrigins'>,
  ) {
    super(app);
  }

  override createIOServer(port: number, options?: ServerOptions): Server {
    const { corsOrigins } = this.settings;
    const anyOrigin = corsOrigins === 'any';
    return super.createIOServer(port, {
      ...options,
      allowRequest: (request: IncomingMessage, answer: (message: string | undefined, allowed: boolean) => void) => {
        try {
          this.app.get(Door).refuseStranger(request, this.app.get(Callers).of(request));
          answer(undefined, true);
        } catch (thrown) {
          answer(toAppError(thrown).code, false);
        }
      },
      cors: { origin: anyOrigin ? '*' : [...corsOrigins], credentials: !anyOrigin },
      connectTimeout: NAMELESS_MS,
      // Upgrades to other paths are none of its business.
      destroyUpgrade: false,
      maxHttpBufferSize: LARGEST_FRAME,
      pingInterval: PING_EVERY_MS,
      pingTimeout: SILENCE_MS,
      serveClient: false,
      wsEngine: MeteredWebSocketServer,
    } as ServerOptions);
  }
}
