import { Inject, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { AppError } from '#kernel';
import { Db } from '#platform';
import { Quota } from '#quota';
import { CHAT_CONFIG, type ChatConfig } from '../chat-config';
import { TurnLeases } from '../lease/turn-leases';
import type { OpenedTurn } from '../opening/opened-turn';
import { RunningTurn } from './running-turn';

const RENEW_EVERY_MS = 3_000;
const RETRY_AFTER_SECONDS = 1;

/** The turns that this process writes: it renews their leases, and knows what becomes of those that nobody reads. */
@Injectable()
export class ActiveTurns implements OnModuleDestroy {
  private readonly logger = new Logger(ActiveTurns.name);
  private readonly turns = new Map<string, RunningTurn>();
  private isEnding = false;
  private readonly renewal = setTimeout(() => {
    void this.renewLeases().finally(() => !this.isClosed && this.renewal.refresh());
  }, RENEW_EVERY_MS).unref();
  private isClosed = false;

  constructor(
    private readonly db: Db,
    private readonly leases: TurnLeases,
    private readonly quota: Quota,
    @Inject(CHAT_CONFIG) private readonly config: ChatConfig,
  ) {}

  get size(): number {
    return this.turns.size;
  }

  refuseAtTheEnd(): void {
    if (this.isEnding) throw endOfProcess();
  }

  begin(opened: OpenedTurn): RunningTurn {
    const turn: RunningTurn = new RunningTurn(opened, () => {
      if (this.config.onDisconnect === 'abort') turn.stop();
    });
    this.turns.set(turn.messageId, turn);
    void turn.ended.then(() => this.turns.delete(turn.messageId));
    // It was being opened when the end began.
    if (this.isEnding) turn.cut(endOfProcess());
    return turn;
  }

  find(messageId: string): RunningTurn | undefined {
    return this.turns.get(messageId);
  }

  /** From now on nothing is begun; what was comes to its end. */
  async drain(): Promise<void> {
    this.isEnding = true;
    await this.allEnded();
  }

  /** What has not come to its end is cut off; what came of it is stored. */
  async cutOff(): Promise<void> {
    for (const turn of this.turns.values()) turn.cut(endOfProcess());
    await this.allEnded();
  }

  onModuleDestroy(): void {
    this.isClosed = true;
    clearTimeout(this.renewal);
  }

  private async allEnded(): Promise<void> {
    await Promise.all(Array.from(this.turns.values(), ({ ended }) => ended));
  }

  private async renewLeases(): Promise<void> {
    const turns = [...this.turns.values()];
    const ids = turns.map(({ messageId }) => messageId);
    const until = this.leases.until();
    try {
      await this.quota.renew(ids, until);
      if (await this.leases.renewAll(this.db, turns, until)) return;
      for (const turn of turns) {
        if (!(await this.leases.renew(this.db, turn, until))) turn.stop();
      }
    } catch (err) {
      this.logger.warn({ msg: 'the leases of running turns could not be renewed', turns: turns.length, err });
    }
  }
}

function endOfProcess(): AppError {
  return new AppError('unavailable', { reason: 'shutting_down', retryAfter: RETRY_AFTER_SECONDS });
}
