import { type IncomingMessage, ServerResponse } from 'node:http';
import { type OnGatewayConnection, type OnGatewayInit, WebSocketGateway, WebSocketServer } from '@nestjs/websockets';
import type { Server, Socket } from 'socket.io';
import { AppError, Clock, errorCatalogue } from '#kernel';
import type { Locale } from '#platform';
import { bearerIn } from '../../edge/auth/bearer.strategy';
import { presentError } from '../../edge/errors/error-body';
import { toAppError } from '../../edge/errors/to-app-error';
import { parseJsonObject } from '../../edge/request/strict-json';
import { type Caller, Callers } from '../../edge/sockets/caller';
import { Door } from '../../edge/sockets/door';
import type { Guest } from '../../edge/sockets/guest';
import type { Acknowledgement, ChatSession, ClientEvent } from '../session/chat-session';
import { ChatSessions } from '../session/chat-sessions';
import { FloodGauge } from '../../edge/sockets/flood-gauge';
import type { Seat } from '../../edge/sockets/seats';
import { SocketIoWire } from './socket-io-wire';

const TOO_LARGE = errorCatalogue.too_large.http;

interface Connection {
  readonly request: IncomingMessage;
  on(event: 'packet', listener: () => void): void;
  once(event: 'close', listener: () => void): void;
  close(discard: boolean): void;
}

/** Engine.IO's types keep it to themselves. */
interface WithClients {
  readonly clients: Readonly<Record<string, Connection>>;
}

/** Who has connected, be it known who he is or not. */
interface Visitor {
  readonly caller: Caller;
  readonly seat: Seat;
  isAsking: boolean;
  session: ChatSession | undefined;
}

type Acknowledge = (answer: Acknowledgement) => void;
type Admitted = Socket<never, never, never, { guest: Guest }>;

/** The same events as over the raw socket, each under its own name. */
@WebSocketGateway()
export class SocketIoGateway implements OnGatewayInit<Server>, OnGatewayConnection<Admitted> {
  @WebSocketServer()
  private readonly server!: Server;
  private readonly visitors = new WeakMap<Connection, Visitor>();

  constructor(
    private readonly callers: Callers,
    private readonly door: Door,
    private readonly sessions: ChatSessions,
    private readonly clock: Clock,
  ) {}

  afterInit(server: Server): void {
    const { clients } = server.engine as unknown as WithClients;
    server.engine.use((request: IncomingMessage, response: object, next: () => void) => {
      if (response instanceof ServerResponse) endIfTooLarge(request, response as ServerResponse, clients);
      next();
    });
    server.engine.on('connection', (connection: Connection) => this.welcome(connection));
    server.use((socket, next) => {
      this.admit(socket as Admitted).then(
        () => next(),
        (thrown: unknown) => next(refusal(thrown, this.visitorOn(socket as Admitted).caller.locale)),
      );
    });
  }

  handleConnection(socket: Admitted): void {
    const visitor = this.visitorOn(socket);
    const { caller } = visitor;
    const wire = new SocketIoWire(socket, caller.locale, this.clock);
    const { session, onGone } = this.sessions.open(wire, caller, socket.data.guest);
    visitor.session = session;
    // Nobody needs it any more, and it is a tenth of what a quiet connection costs.
    Object.assign(socket.conn, { request: null });
    socket.onAny((type: string, ...given: readonly unknown[]) => {
      const acknowledge = given.at(-1);
      void session.hear(
        () => eventIn(type, given),
        typeof acknowledge === 'function' ? (acknowledge as Acknowledge) : ignore,
      );
    });
    socket.once('disconnect', () => {
      onGone();
      // One session a connection: what listens to it goes with it.
      socket.conn.close();
    });
  }

  /** Also those who have not said who they are. */
  closeAll(): void {
    this.server.engine.close();
  }

  private welcome(connection: Connection): void {
    const caller = this.callers.of(connection.request);
    const seat = this.door.seat(caller);
    const visitor: Visitor = { caller, seat, isAsking: false, session: undefined };
    this.visitors.set(connection, visitor);
    connection.once('close', () => seat.leave());
    const flood = new FloodGauge();
    connection.on('packet', () => {
      if (visitor.session !== undefined) visitor.session.countFrame();
      else if (!flood.count()) connection.close(true);
    });
  }

  /** Whoever was refused may ask again, and nobody twice at once. */
  private async admit(socket: Admitted): Promise<void> {
    const visitor = this.visitorOn(socket);
    if (visitor.isAsking) throw new AppError('conflict');
    visitor.isAsking = true;
    try {
      socket.data.guest = await this.door.admit(tokenIn(socket), visitor.caller, visitor.seat);
    } catch (refusal) {
      visitor.isAsking = false;
      throw refusal;
    }
  }

  private visitorOn({ conn }: Admitted): Visitor {
    const visitor = this.visitors.get(conn);
    if (visitor === undefined) throw new AppError('unavailable');
    return visitor;
  }
}

/** Engine.IO refuses the request alone; who was just changing his transport would never be missed. */
function endIfTooLarge(request: IncomingMessage, response: ServerResponse, clients: WithClients['clients']): void {
  response.once('finish', () => {
    const { searchParams } = new URL(request.url ?? '', 'http://localhost');
    if (response.statusCode === TOO_LARGE) clients[searchParams.get('sid') ?? '']?.close(true);
  });
}

function tokenIn({ handshake }: Admitted): string {
  const { auth, query, headers } = handshake;
  const token: unknown = (auth as { token?: unknown }).token ?? query['token'] ?? bearerIn({ headers });
  return typeof token === 'string' ? token : '';
}

/** In the shape that the client finds in its `connect_error`. */
function refusal(thrown: unknown, locale: Locale): Error {
  const view = presentError(toAppError(thrown), locale);
  return Object.assign(new Error(view.message), { data: view });
}

/** Read as strictly as everything that comes as JSON. */
function eventIn(type: string, [given]: readonly unknown[]): ClientEvent {
  const payload = given === undefined || typeof given === 'function' ? {} : given;
  return { type, payload: parseJsonObject(Buffer.from(jsonOf(payload))) };
}

function jsonOf(payload: unknown): string {
  try {
    return JSON.stringify(payload);
  } catch (cause) {
    // It was read without recursion, and is too deep to be written with it.
    throw new AppError('malformed', { reason: 'body_too_complex', cause });
  }
}

function ignore(): void {
  // The client has not asked to be told.
}
