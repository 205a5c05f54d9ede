import type { Socket } from 'socket.io';
import type { AppError, Clock } from '#kernel';
import type { Locale } from '#platform';
import { presentError } from '../../edge/errors/error-body';
import type { ServerEvent } from '../events/server-event.response';
import type { Wire } from '../session/wire';

/** For a client that reads so slowly that our goodbye does not reach him. */
const GOODBYE_MS = 2_000;

/** What Engine.IO has not handed to its transport; its types keep it to themselves. */
interface WithBuffer {
  readonly writeBuffer: readonly { readonly data?: string }[];
}

export class SocketIoWire implements Wire {
  readonly transport = 'socket.io';
  onDrain: () => void = () => undefined;

  constructor(
    private readonly socket: Socket,
    private readonly locale: Locale,
    private readonly clock: Clock,
  ) {
    socket.conn.on('drain', () => this.onDrain());
  }

  /** As much again may be on its way already. */
  get backlog(): number {
    const { writeBuffer } = this.socket.conn as unknown as WithBuffer;
    let units = 0;
    for (const { data } of writeBuffer) units += data?.length ?? 0;
    return units;
  }

  send({ type, data }: ServerEvent): void {
    this.socket.emit(type, { timestamp: this.clock.date().toISOString(), ...data });
  }

  close(error: AppError): void {
    this.send({ type: 'error', data: { error: presentError(error, this.locale) } });
    const { conn } = this.socket;
    // A client that was told to leave does not come back by itself; one whose connection went looks for another replica.
    if (error.kind === 'unavailable') conn.close();
    else this.socket.disconnect(true);
    setTimeout(() => conn.close(true), GOODBYE_MS).unref();
  }
}
