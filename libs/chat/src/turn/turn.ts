import type { Message } from '#messages';
import type { RemainingQuota } from './turn-event';
import type { TurnReader } from './turn-log';

/** An answer that is being written, or was, and what it answers. */
export interface Turn {
  readonly conversationId: string;
  /** The answer's. */
  readonly messageId: string;
  /** What is answered; null where it was deleted. */
  readonly userMessageId: string | null;
  /** As it is stored by now; known to whoever opens the turn. */
  readonly userMessage: Message | null;
  /** Whether it was opened just now, and not by the same request before. */
  readonly isNew: boolean;
  readonly quota: RemainingQuota;
  /** Whether the answer comes from the cache; undefined where it was not asked. */
  readonly cache: 'hit' | 'miss' | undefined;
  /**
   * `offset` is how much of the answer, in UTF-16 units, the reader has already. Whoever reads, closes. An answer that
   * nobody reads but those who pace it is written no faster than they read, as long as there is patience with them.
   */
  read(offset: number, paces?: boolean): TurnReader;
}
