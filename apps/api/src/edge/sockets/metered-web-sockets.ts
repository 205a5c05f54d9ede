import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import { AppError } from '#kernel';
import { FloodGauge } from './flood-gauge';

/** As many times what ends a session: who sends so much has been told to leave, if there was anybody to tell him. */
const TIMES = 2;
const GOODBYE_MS = 2_000;

/** WebSockets of any protocol that read nothing more from whoever floods them, be it with frames that nobody asks about. */
export class MeteredWebSocketServer extends WebSocketServer {
  constructor(options: ServerOptions) {
    super(options);
    // Thrown by `handleUpgrade`; without anybody listening it answers in words of its own.
    this.on('wsClientError', (cause: Error) => {
      throw new AppError('malformed', { reason: 'not_a_web_socket', cause });
    });
  }

  override handleUpgrade(...[request, socket, head, serve]: Parameters<WebSocketServer['handleUpgrade']>): void {
    super.handleUpgrade(request, socket, head, (opened, from) => {
      meter(opened);
      serve(opened, from);
    });
  }
}

function meter(socket: WebSocket): void {
  const flood = new FloodGauge(TIMES);
  const count = (): void => {
    if (flood.count() || socket.isPaused) return;
    socket.pause();
    setTimeout(() => socket.terminate(), GOODBYE_MS).unref();
  };
  socket.on('message', count).on('ping', count).on('pong', count);
}
