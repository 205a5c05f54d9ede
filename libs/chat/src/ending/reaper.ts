import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { ExpiredTurn } from '#conversations';
import { Db, Transaction } from '#platform';
import { TurnLeases } from '../lease/turn-leases';
import { TurnAnnouncements } from '../telling/turn-announcements';
import { ActiveTurns } from '../writing/active-turns';
import { DeadTurns } from './dead-turns';

const LOOK_EVERY_MS = 2_000;
const AT_ONCE = 100;

/** Ends turns whose process has died, here or elsewhere; whichever replica sees them first. */
@Injectable()
export class Reaper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(Reaper.name);
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private hasToldThatItCannot = false;

  constructor(
    private readonly db: Db,
    private readonly transaction: Transaction,
    private readonly leases: TurnLeases,
    private readonly dead: DeadTurns,
    private readonly active: ActiveTurns,
    private readonly announcements: TurnAnnouncements,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setTimeout(() => {
      this.looking = this.look().finally(() => this.timer?.refresh());
    }, LOOK_EVERY_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    const { timer } = this;
    this.timer = undefined;
    clearTimeout(timer);
    await this.looking;
  }

  private async look(): Promise<void> {
    try {
      for (const turn of await this.leases.expired(this.db, AT_ONCE)) await this.endDead(turn);
      for (const turnId of await this.dead.expiredHolds(AT_ONCE)) await this.endHold(turnId);
      this.hasToldThatItCannot = false;
    } catch (err) {
      if (!this.hasToldThatItCannot)
        this.logger.warn({ msg: 'turns whose process has died cannot be looked for now', err });
      this.hasToldThatItCannot = true;
    }
  }

  /** One that cannot be ended does not keep the others from it. */
  private async endDead({ userId, conversationId, messageId }: ExpiredTurn): Promise<void> {
    if (this.active.find(messageId) !== undefined) return;
    try {
      await this.transaction.run((tx) => this.leases.endDead(tx, userId, conversationId));
      this.logger.warn({ msg: 'a turn whose process has died was ended', message_id: messageId });
      this.announcements.ended({ userId, conversationId, messageId });
    } catch (err) {
      this.logger.error({ msg: 'a turn whose process has died could not be ended', message_id: messageId, err });
    }
  }

  private async endHold(turnId: string): Promise<void> {
    if (this.active.find(turnId) !== undefined) return;
    await this.transaction.run((tx) => this.dead.endHold(tx, turnId));
  }
}
