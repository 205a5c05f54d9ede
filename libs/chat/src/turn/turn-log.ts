import type { TurnEnd, TurnError, TurnEvent } from './turn-event';
import { TurnText } from './turn-text';

/** In UTF-16 units: whoever is far behind is not handed all of it at once, to hold it while he cannot pass it on. */
const MOST_AT_ONCE = 16_384;
/** In UTF-16 units: so much waits for one who paces before the answer waits for him. */
const FAR_BEHIND = 65_536;

/**
 * One who reads an answer, at his own pace: what he has not taken waits for him in the log, not in a queue of his own.
 * As an iterable it waits for what comes, and ends after the event that ends the turn.
 */
export interface TurnReader extends AsyncIterable<TurnEvent> {
  /** What there is by now, up to a size, as one event; undefined: nothing yet, or all was read. */
  take(): TurnEvent | undefined;
  /** Called whenever there may be more to take. */
  onMore: () => void;
  close(): void;
}

/**
 * The events of one turn, from which all its readers read, now and later. It holds the text once, whoever writes it:
 * the model here, another replica, or the database.
 */
export class TurnLog {
  private readonly text = new TurnText();
  private readonly readers = new Set<LogReader>();
  private ending: TurnEnd | TurnError | undefined;
  /** Called whenever less may wait for the readers, or there are others. */
  onRead: () => void = () => undefined;

  /** `onLeave` hears of the last reader who left before the end. */
  constructor(private readonly onLeave: () => void = () => undefined) {}

  get length(): number {
    return this.text.length;
  }

  get end(): TurnEnd | TurnError | undefined {
    return this.ending;
  }

  /** Whether all who read are behind, and meant to be waited for. */
  get isFarAhead(): boolean {
    for (const { isFarBehind } of this.readers) if (!isFarBehind) return false;
    return this.readers.size > 0;
  }

  whole(): string {
    return this.text.whole();
  }

  rest(offset: number): string {
    return this.text.rest(offset);
  }

  append(piece: string): void {
    this.text.append(piece);
    for (const reader of this.readers) reader.onMore();
  }

  finish(ending: TurnEnd | TurnError): void {
    this.ending ??= ending;
    for (const reader of this.readers) reader.onMore();
  }

  /** `offset` is how much of the answer the reader has already; `paces`: whether it is meant to be waited for. */
  reader(offset: number, paces = false): TurnReader {
    const reader = new LogReader(this.text, () => this.ending, offset, paces, {
      taken: () => this.onRead(),
      leave: () => this.leave(reader),
    });
    this.readers.add(reader);
    this.onRead();
    return reader;
  }

  private leave(reader: LogReader): void {
    if (!this.readers.delete(reader)) return;
    this.onRead();
    if (this.readers.size === 0 && this.ending === undefined) this.onLeave();
  }
}

class LogReader implements TurnReader {
  onMore: () => void = () => undefined;
  private isOver = false;

  constructor(
    private readonly text: TurnText,
    private readonly ending: () => TurnEnd | TurnError | undefined,
    private offset: number,
    private readonly paces: boolean,
    private readonly log: { taken(): void; leave(): void },
  ) {}

  get isFarBehind(): boolean {
    return this.paces && this.text.length - this.offset > FAR_BEHIND;
  }

  take(): TurnEvent | undefined {
    if (this.isOver) return undefined;
    if (this.text.length > this.offset) {
      const { offset } = this;
      const content = this.text.since(offset, MOST_AT_ONCE);
      this.offset += content.length;
      this.log.taken();
      return { type: 'content', content, offset };
    }
    const ending = this.ending();
    if (ending !== undefined) this.endHere();
    return ending;
  }

  close(): void {
    if (this.isOver) return;
    this.endHere();
    this.onMore();
  }

  private endHere(): void {
    this.isOver = true;
    this.log.leave();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<TurnEvent> {
    try {
      while (!this.isOver) {
        const event = this.take();
        if (event === undefined) await new Promise<void>((resolve) => (this.onMore = resolve));
        else yield event;
      }
    } finally {
      this.close();
    }
  }
}
