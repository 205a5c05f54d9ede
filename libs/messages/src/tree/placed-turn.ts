import type { Message } from '../message';
import type { Place } from './new-message';

/** A turn whose place is made, though it is not there yet. */
export interface PlacedTurn {
  /** Null: it answers what was there. */
  readonly userMessage: Message | null;
  /** Streaming, and empty. */
  readonly answer: Message;
  readonly place: Place;
}
