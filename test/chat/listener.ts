import type { TurnEnd, TurnError, TurnReader } from '#chat';
import { eventually } from '../harness/eventually';

/** A word may be lost on a busy machine; who has lost it asks again after 10 s. */
const HEARD_LIMIT_MS = 15_000;

/** Reads an answer as it comes, and refuses gaps and repetitions. */
export class Listener {
  text = '';
  pieces = 0;
  private readonly reading: Promise<TurnEnd | TurnError | undefined>;

  constructor(
    private readonly reader: TurnReader,
    private readonly offset: number,
  ) {
    this.reading = this.read();
  }

  /** Until it has read so much. */
  async heard(text: string, limitMs = HEARD_LIMIT_MS): Promise<void> {
    await eventually(() => this.text.length >= text.length, limitMs);
    expect(this.text).toBe(text);
  }

  /** What ended the turn; undefined: it was left before. */
  get end(): Promise<TurnEnd | TurnError | undefined> {
    return this.reading;
  }

  leave(): void {
    this.reader.close();
  }

  private async read(): Promise<TurnEnd | TurnError | undefined> {
    for await (const event of this.reader) {
      if (event.type !== 'content') return event;
      expect(event.offset).toBe(this.offset + this.text.length);
      this.text += event.content;
      this.pieces += 1;
    }
    return undefined;
  }
}
