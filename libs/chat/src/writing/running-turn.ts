import type { AppError } from '#kernel';
import type { OpenedTurn } from '../opening/opened-turn';
import type { Turn } from '../turn/turn';
import { remainingOf, type TurnEnd, type TurnError } from '../turn/turn-event';
import { TurnLog } from '../turn/turn-log';

/** In UTF-16, as texts are measured here, and in UTF-8. */
export interface KeptLength {
  readonly units: number;
  readonly bytes: number;
}

/** A turn whose answer is written by this process. */
export class RunningTurn {
  readonly log: TurnLog;
  /** Resolves with the first text, or with the end of a turn that has none. */
  readonly begun: Promise<void>;
  /** Resolves when all that came is stored. */
  readonly ended: Promise<void>;
  cache: 'hit' | 'miss' | undefined;
  /** What of its text the last checkpoint has. */
  kept: KeptLength = { units: 0, bytes: 0 };
  private readonly abort = new AbortController();
  private cutOffBy: AppError | undefined;
  private begin!: () => void;
  private resolveEnded!: () => void;

  constructor(
    readonly opened: OpenedTurn,
    onLeave: () => void,
  ) {
    this.log = new TurnLog(onLeave);
    this.begun = new Promise((resolve) => (this.begin = resolve));
    this.ended = new Promise((resolve) => (this.resolveEnded = resolve));
  }

  /** As who opens it sees it. */
  get turn(): Turn {
    const { opened, log, cache } = this;
    const { conversationId, userMessage, answer, quota } = opened;
    return {
      conversationId,
      messageId: answer.id,
      userMessageId: answer.parentId,
      userMessage,
      cache,
      isNew: true,
      quota: remainingOf(quota),
      read: (offset, paces) => log.reader(offset, paces),
    };
  }

  /** Why there will be no answer, not even its beginning. */
  get refusal(): AppError | undefined {
    const { end, length } = this.log;
    return end?.type === 'error' && length === 0 ? end.error : undefined;
  }

  get messageId(): string {
    return this.opened.answer.id;
  }

  get conversationId(): string {
    return this.opened.conversationId;
  }

  /** Aborts when nothing more is to be written. */
  get signal(): AbortSignal {
    return this.abort.signal;
  }

  /** Why it was cut off, if it was. */
  get cutOff(): AppError | undefined {
    return this.cutOffBy;
  }

  append(piece: string): void {
    if (piece === '') return;
    const isFirst = this.log.length === 0;
    this.log.append(piece);
    if (isFirst) this.begin();
  }

  finish(ending: TurnEnd | TurnError): void {
    this.log.finish(ending);
    this.begin();
    this.resolveEnded();
  }

  /** As its reader wishes: what came is the answer. */
  stop(): void {
    this.abort.abort();
  }

  /** As nobody wishes: what came is a piece of an answer. */
  cut(by: AppError): void {
    this.cutOffBy ??= by;
    this.abort.abort();
  }
}
