import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { RawData, WebSocket } from 'ws';
import { AppError, Clock } from '#kernel';
import { API } from '../../edge/addresses';
import { bearerIn } from '../../edge/auth/bearer.strategy';
import { parseJsonObject } from '../../edge/request/strict-json';
import { type Caller, Callers } from '../../edge/sockets/caller';
import { Door } from '../../edge/sockets/door';
import type { Guest } from '../../edge/sockets/guest';
import { Heartbeats } from '../../edge/sockets/heartbeats';
import { LARGEST_FRAME } from '../../edge/sockets/largest-frame';
import { MeteredWebSocketServer } from '../../edge/sockets/metered-web-sockets';
import type { ClientEvent } from '../session/chat-session';
import { ChatSessions } from '../session/chat-sessions';
import { RawWire } from './raw-wire';

const BEARER = 'bearer';
const PATH = new RegExp(`^/${API}/ws/([^/]+)$`);
/** What stands in the path where the token is elsewhere. */
const CHAT = 'chat';

/** JSON events in the text frames of a WebSocket, for clients that do not speak Socket.IO. */
@Injectable()
export class RawSockets {
  private readonly server = new MeteredWebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: LARGEST_FRAME,
    // A token that comes as a protocol is not sent back as one.
    handleProtocols: (offered) => offered.has(BEARER) && BEARER,
  });

  constructor(
    private readonly callers: Callers,
    private readonly door: Door,
    private readonly sessions: ChatSessions,
    private readonly heartbeats: Heartbeats,
    private readonly clock: Clock,
  ) {}

  /** Rejects with why it is not opened. */
  async open(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const url = addressIn(request);
    const place = PATH.exec(url.pathname)?.[1];
    if (place === undefined) throw new AppError('not_found');
    const caller = this.callers.of(request);
    this.door.refuseStranger(request, caller);
    if (socket.destroyed) return;
    const seat = this.door.seat(caller);
    socket.once('close', () => seat.leave());
    const token = place === CHAT ? tokenIn(request, url) : place;
    const guest = await this.door.admit(token, caller, seat);
    this.server.handleUpgrade(request, socket, head, (opened) => this.serve(opened, caller, guest));
  }

  private serve(socket: WebSocket, caller: Caller, guest: Guest): void {
    const wire = new RawWire(socket, this.clock);
    const { session, onGone } = this.sessions.open(wire, caller, guest);
    this.heartbeats.listen(socket);
    const count = (): void => session.countFrame();
    socket.on('ping', count).on('pong', count).on('message', count);
    socket.on('message', (data, isBinary) => {
      void session.hear(() => eventIn(data, isBinary), ignore);
    });
    // A frame that is too large or no frame at all; the connection then closes.
    socket.on('error', ignore);
    socket.once('close', onGone);
  }
}

function addressIn({ url = '' }: IncomingMessage): URL {
  try {
    return new URL(url, 'ws://localhost');
  } catch {
    throw new AppError('not_found');
  }
}

function tokenIn(request: IncomingMessage, { searchParams }: URL): string {
  const [protocol, offered] = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((each) => each.trim());
  return searchParams.get('token') ?? (protocol === BEARER ? offered : undefined) ?? bearerIn(request) ?? '';
}

function eventIn(data: RawData, isBinary: boolean): ClientEvent {
  if (isBinary) throw new AppError('malformed', { reason: 'body_not_json' });
  const { type, ...payload } = parseJsonObject(data as Buffer);
  return { type: typeof type === 'string' ? type : '', payload };
}

function ignore(): void {
  // There are no acknowledgements here, and errors are told as events.
}
