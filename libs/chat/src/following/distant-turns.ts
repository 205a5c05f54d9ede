import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { AppError } from '#kernel';
import { Answers, type Message } from '#messages';
import { Db } from '#platform';
import { TurnLog, type TurnReader } from '../turn/turn-log';
import { FinishedTurns } from './finished-turns';
import { HeardTurn } from './heard-turn';
import { TurnChannels } from './turn-channels';

const LOOK_EVERY_MS = 500;

interface DistantTurn {
  readonly userId: string;
  readonly messageId: string;
  readonly log: TurnLog;
}

/** Answers that another process writes: as far as their checkpoints go, and sooner where their writer is heard. */
@Injectable()
export class DistantTurns implements OnModuleDestroy {
  private readonly logger = new Logger(DistantTurns.name);
  private readonly closing = new AbortController();
  private readonly logs = new Map<string, TurnLog>();

  constructor(
    private readonly db: Db,
    private readonly answers: Answers,
    private readonly finished: FinishedTurns,
    private readonly channels: TurnChannels,
  ) {}

  onModuleDestroy(): void {
    this.closing.abort();
  }

  /** All who read an answer here read from one log, which is fed as long as it has readers. */
  read(userId: string, message: Message, offset: number): TurnReader {
    return (this.logs.get(message.id) ?? this.follow(userId, message)).reader(offset);
  }

  private follow(userId: string, { id: messageId, content }: Message): TurnLog {
    const log = new TurnLog(() => this.logs.delete(messageId));
    log.append(content);
    this.logs.set(messageId, log);
    void this.feed({ userId, messageId, log });
    return log;
  }

  private async feed(turn: DistantTurn): Promise<void> {
    const { messageId, log } = turn;
    const heard: HeardTurn = new HeardTurn(this.channels, messageId, log, () => void this.look(turn, heard));
    while (this.logs.get(messageId) === log && log.end === undefined) {
      await this.look(turn, heard);
      await pause(LOOK_EVERY_MS, undefined, { signal: this.closing.signal, ref: false }).catch(() =>
        log.finish({ type: 'error', error: new AppError('unavailable') }),
      );
    }
    heard.end();
    // Those who came after the last reader had left have a log of their own.
    if (this.logs.get(messageId) === log) this.logs.delete(messageId);
  }

  private async look(turn: DistantTurn, heard: HeardTurn): Promise<void> {
    try {
      await this.bringUpToDate(turn, heard);
    } catch (err) {
      this.logger.warn({
        msg: 'an answer that is written elsewhere could not be looked at',
        message_id: turn.messageId,
        err,
      });
    }
  }

  private async bringUpToDate({ userId, messageId, log }: DistantTurn, heard: HeardTurn): Promise<void> {
    const message = await this.answers.find(this.db, messageId);
    if (log.end !== undefined) return;
    if (message === undefined) return log.finish({ type: 'error', error: new AppError('not_found') });
    if (message.content.length > log.length) {
      log.append(message.content.slice(log.length));
      // It should have been heard before.
      heard.ask();
    }
    if (message.status === 'streaming') return;
    const error = brokeOff(message) ? await heard.error() : undefined;
    log.finish(error ? { type: 'error', error } : await this.finished.endOf(userId, message));
  }
}

function brokeOff({ status }: Message): boolean {
  return status === 'failed' || status === 'interrupted';
}
