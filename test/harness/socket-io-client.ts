import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { EventInbox, type SocketEvent } from './event-inbox';

export interface Acknowledgement {
  readonly success: boolean;
  readonly data: { readonly message_id: string; readonly user_message_id: string; readonly expires_at: string };
  readonly error: { readonly code: string; readonly message: string };
}

/** What a client finds in its `connect_error`. */
export interface ConnectError extends Error {
  readonly data?: { readonly code: string; readonly message: string };
}

type Options = Partial<ManagerOptions & SocketOptions>;

/** A client of Socket.IO. */
export class SocketIoClient {
  readonly inbox = new EventInbox();
  /** Why, in the client's words. */
  readonly closed: Promise<string>;

  private constructor(readonly socket: Socket) {
    socket.onAny((type: string, payload: object) => this.inbox.push({ type, ...payload } as SocketEvent));
    this.closed = new Promise((resolve) => {
      socket.once('disconnect', (reason) => {
        this.inbox.end();
        resolve(reason);
      });
    });
  }

  /** Rejects with a `ConnectError`. */
  static async open(url: string, options: Options): Promise<SocketIoClient> {
    const socket = io(url, { forceNew: true, reconnection: false, ...options });
    const client = new SocketIoClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', (error) => {
        socket.close();
        reject(error);
      });
    });
    return client;
  }

  say(type: string, payload: object = {}): void {
    this.socket.emit(type, payload);
  }

  ask(type: string, payload: object = {}): Promise<Acknowledgement> {
    return this.socket.emitWithAck(type, payload) as Promise<Acknowledgement>;
  }

  next(...types: readonly string[]): Promise<SocketEvent> {
    return this.inbox.next(...types);
  }

  async leave(): Promise<void> {
    this.socket.close();
    await this.closed;
  }
}
