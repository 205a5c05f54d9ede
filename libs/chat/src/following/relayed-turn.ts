import type { TurnLog, TurnReader } from '../turn/turn-log';
import { type TurnWord, wordOf } from './turn-word';

/** A turn of this replica as others are told of it: a reader of its log like any other. */
export class RelayedTurn {
  wantedUntil = 0;
  private reader: TurnReader | undefined;
  private told = Infinity;
  private isTelling = false;

  constructor(
    private readonly log: TurnLog,
    private readonly say: (word: TurnWord) => Promise<void>,
  ) {}

  /** What there is from here on, and all that comes. */
  tellFrom(offset: number): void {
    if (offset >= this.told) return;
    const before = this.reader;
    this.told = offset;
    this.reader = this.log.reader(offset);
    this.reader.onMore = () => void this.tell();
    before?.close();
    void this.tell();
  }

  end(): void {
    this.reader?.close();
  }

  /** One word at a time: nothing overtakes another, and what comes meanwhile is told together. */
  private async tell(): Promise<void> {
    if (this.isTelling) return;
    this.isTelling = true;
    for (let event = this.reader?.take(); event !== undefined; event = this.reader?.take()) {
      if (event.type === 'content') this.told = event.offset + event.content.length;
      await this.say(wordOf(event));
    }
    this.isTelling = false;
  }
}
