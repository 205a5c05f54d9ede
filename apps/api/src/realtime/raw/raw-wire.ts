import type { WebSocket } from 'ws';
import { type AppError, type Clock, errorCatalogue } from '#kernel';
import type { ServerEvent } from '../events/server-event.response';
import type { Wire } from '../session/wire';

/** For a client that does not answer our goodbye. */
const GOODBYE_MS = 2_000;

/** For errors that end no connection but this one. */
const POLICY_VIOLATION = 1008;

export class RawWire implements Wire {
  readonly transport = 'websocket';
  onDrain: () => void = () => undefined;

  constructor(
    private readonly socket: WebSocket,
    private readonly clock: Clock,
  ) {}

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
}
