import type { WebSocket } from 'ws';
import { type AppError, type Clock, errorCatalogue } from '#kernel';
import type { ServerEvent } from '../events/server-event.response';
import type { Wire } from '../session/wire';

const PING_EVERY_MS = 25_000;
const SILENCE_MS = 15_000;
/** For a client that does not answer our goodbye. */
const GOODBYE_MS = 2_000;

/** For errors that end no connection but this one. */
const POLICY_VIOLATION = 1008;

export class RawWire implements Wire {
  readonly transport = 'websocket';
  onDrain: () => void = () => undefined;
  private heardAt: number;
  private pingedAt: number | undefined;

  constructor(
    private readonly socket: WebSocket,
    private readonly clock: Clock,
  ) {
    this.heardAt = clock.now();
    const heard = (): void => {
      this.heardAt = clock.now();
      this.pingedAt = undefined;
    };
    socket.on('pong', heard).on('message', heard);
  }

  get backlog(): number {
    return this.socket.bufferedAmount;
  }

  send({ type, data }: ServerEvent): void {
    const { clock, socket } = this;
    socket.send(JSON.stringify({ type, ...data, timestamp: clock.date().toISOString() }), () => this.onDrain());
  }

  close(error: AppError): void {
    this.socket.close(errorCatalogue[error.kind].close ?? POLICY_VIOLATION, error.code);
    setTimeout(() => this.socket.terminate(), GOODBYE_MS).unref();
  }

  /** Ends a connection whose other side is gone without a word. */
  beat(): void {
    const now = this.clock.now();
    if (this.pingedAt !== undefined && now - this.pingedAt >= SILENCE_MS) return this.socket.terminate();
    if (this.pingedAt !== undefined || now - this.heardAt < PING_EVERY_MS) return;
    this.pingedAt = now;
    this.socket.ping();
  }
}
