import { setTimeout as pause } from 'node:timers/promises';
import type { AppError } from '#kernel';
import type { TurnLog } from '../turn/turn-log';
import type { TurnChannels } from './turn-channels';
import { errorOf, type TurnWord } from './turn-word';

const RENEW_EVERY_MS = 10_000;
/** How much later than the row the word of a writer comes who lives to say it. */
const WORD_LIMIT_MS = 500;

/** A turn of another replica as that one tells of it, into the log of those who read it here. */
export class HeardTurn {
  private readonly close: () => void;
  private readonly over: Promise<AppError | undefined>;
  private resolveOver!: (error: AppError | undefined) => void;
  private renewal: NodeJS.Timeout | undefined;
  private asked = -1;

  constructor(
    private readonly channels: TurnChannels,
    private readonly messageId: string,
    private readonly log: TurnLog,
    private readonly onOver: () => void,
  ) {
    this.over = new Promise((resolve) => (this.resolveOver = resolve));
    this.close = channels.listen(
      messageId,
      (word) => this.hear(word),
      () => this.begin(),
    );
  }

  /** Has the writer tell what is not known here yet. */
  ask(): void {
    this.asked = this.log.length;
    void this.channels.wish({ follow: this.messageId, from: this.asked });
  }

  end(): void {
    clearInterval(this.renewal);
    this.close();
  }

  /** What its writer says ended it badly; undefined: he says nothing. */
  async error(): Promise<AppError | undefined> {
    if (!this.channels.areOpen) return undefined;
    return Promise.race([this.over, pause(WORD_LIMIT_MS, undefined, { ref: false })]);
  }

  private begin(): void {
    this.renewal = setInterval(() => this.ask(), RENEW_EVERY_MS).unref();
    this.ask();
  }

  private hear(word: TurnWord): void {
    if (this.log.end !== undefined) return;
    if ('over' in word) {
      this.resolveOver(word.error && errorOf(word.error));
      return this.onOver();
    }
    const { offset, content } = word;
    const { length } = this.log;
    if (offset <= length) {
      if (offset + content.length > length) this.log.append(content.slice(length - offset));
    } else if (this.asked !== length) {
      this.ask();
    }
  }
}
