import { once } from 'node:events';
import { WebSocket } from 'ws';
import { EventInbox, type SocketEvent } from './event-inbox';
import type { Acknowledgement } from './socket-io-client';

/** The packets of Engine.IO 4 and Socket.IO 5, as they stand at the beginning of a frame. */
const OPEN = '0';
const PING = '2';
const PONG = '3';
const CONNECT = '40';
const DISCONNECT = '41';
const EVENT = '42';
const ACKNOWLEDGEMENT = '43';
const REFUSED = '44';

const ACKNOWLEDGED = /^(\d+)(\[.*\])$/s;

/** Speaks Socket.IO as its protocol is written down, without the library of those who wrote it. */
export class ForeignSocketIoClient {
  readonly inbox = new EventInbox();
  /** What the server said of itself: `sid`, `pingInterval`, `pingTimeout`, `upgrades`, `maxPayload`. */
  greeting: Readonly<Record<string, unknown>> = {};
  readonly closed: Promise<number>;
  private readonly acknowledgements: ((answer: Acknowledgement) => void)[] = [];

  private constructor(
    private readonly socket: WebSocket,
    auth: object,
    connected: (refusal?: Error) => void,
  ) {
    this.closed = once(socket, 'close').then(([code]) => code as number);
    void this.closed.then(() => this.inbox.end());
    socket.on('message', (data: Buffer) => {
      const frame = data.toString();
      const said = (packet: string): string => frame.slice(packet.length);
      if (frame.startsWith(OPEN)) {
        this.greeting = JSON.parse(said(OPEN)) as Record<string, unknown>;
        socket.send(CONNECT + JSON.stringify(auth));
      } else if (frame === PING) socket.send(PONG);
      else if (frame.startsWith(CONNECT)) connected();
      else if (frame.startsWith(REFUSED)) connected(Object.assign(new Error('refused'), JSON.parse(said(REFUSED))));
      else if (frame.startsWith(EVENT)) this.hear(JSON.parse(said(EVENT)) as [string, object]);
      else if (frame.startsWith(ACKNOWLEDGEMENT)) this.acknowledge(said(ACKNOWLEDGEMENT));
    });
  }

  static open(baseUrl: string, auth: object): Promise<ForeignSocketIoClient> {
    const socket = new WebSocket(`${baseUrl.replace(/^http/, 'ws')}/socket.io/?EIO=4&transport=websocket`);
    return new Promise((resolve, reject) => {
      const client = new ForeignSocketIoClient(socket, auth, (refusal) =>
        refusal === undefined ? resolve(client) : reject(refusal),
      );
      socket.once('error', reject);
    });
  }

  say(type: string, payload: object = {}): void {
    this.socket.send(EVENT + JSON.stringify([type, payload]));
  }

  ask(type: string, payload: object): Promise<Acknowledgement> {
    return new Promise((resolve) => {
      const id = this.acknowledgements.push(resolve) - 1;
      this.socket.send(EVENT + String(id) + JSON.stringify([type, payload]));
    });
  }

  next(...types: readonly string[]): Promise<SocketEvent> {
    return this.inbox.next(...types);
  }

  async leave(): Promise<void> {
    this.socket.send(DISCONNECT);
    await this.closed;
  }

  private hear([type, payload]: [string, object]): void {
    this.inbox.push({ type, ...payload } as SocketEvent);
  }

  private acknowledge(said: string): void {
    const [, id, answer] = ACKNOWLEDGED.exec(said) ?? [];
    this.acknowledgements[Number(id)]?.((JSON.parse(answer ?? '[]') as [Acknowledgement])[0]);
  }
}
