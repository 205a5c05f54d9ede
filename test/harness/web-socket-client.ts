import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { WebSocket } from 'ws';
import { EventInbox, type SocketEvent } from './event-inbox';
import type { Reply } from './reply';

export interface WebSocketOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly protocols?: readonly string[];
}

/** The server answered with HTTP instead of opening the socket. */
export class UpgradeRefused extends Error {
  constructor(
    readonly status: number,
    readonly body: Reply,
    readonly headers: IncomingMessage['headers'],
  ) {
    super(`refused with ${status}`);
  }
}

/** A client of the raw socket. */
export class WebSocketClient {
  readonly inbox = new EventInbox();
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => this.inbox.push(JSON.parse(data.toString()) as SocketEvent));
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => {
        this.inbox.end();
        resolve({ code, reason: reason.toString() });
      });
    });
  }

  /** `url` without its scheme's letters: that of the API does. Rejects with `UpgradeRefused`. */
  static async open(url: string, { headers = {}, protocols = [] }: WebSocketOptions = {}): Promise<WebSocketClient> {
    const socket = new WebSocket(url.replace(/^http/, 'ws'), [...protocols], { headers });
    const client = new WebSocketClient(socket);
    const refused = once(socket, 'unexpected-response') as Promise<[unknown, IncomingMessage]>;
    refused.catch(() => undefined);
    await Promise.race([
      once(socket, 'open'),
      refused.then(async ([, answer]) => {
        const body = JSON.parse(await text(answer)) as Reply;
        throw new UpgradeRefused(answer.statusCode ?? 0, body, answer.headers);
      }),
    ]);
    return client;
  }

  say(type: string, payload: object = {}): void {
    this.socket.send(JSON.stringify({ type, ...payload }));
  }

  next(...types: readonly string[]): Promise<SocketEvent> {
    return this.inbox.next(...types);
  }

  async leave(): Promise<void> {
    this.socket.close();
    await this.closed;
  }
}
