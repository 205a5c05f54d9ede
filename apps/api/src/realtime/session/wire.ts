import type { AppError } from '#kernel';
import type { ServerEvent } from '../events/server-event.response';

export type Transport = 'websocket' | 'socket.io';

/** One connection, whichever protocol it speaks. None of this ever throws. */
export interface Wire {
  readonly transport: Transport;
  /** How much of what was sent has not left yet, in bytes or characters, whichever the protocol counts. */
  readonly backlog: number;
  /** Called when some of it has left. */
  onDrain: () => void;
  send(event: ServerEvent): void;
  /** Says why, and closes once what was sent has left. */
  close(error: AppError): void;
}
