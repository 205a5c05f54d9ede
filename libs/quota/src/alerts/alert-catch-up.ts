import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock, firstIdOf } from '#kernel';
import { Db } from '#platform';
import { QuotaAlerts } from './quota-alerts';

const MINUTE_MS = 60_000;
const LOOK_AFTER_MS = { start: 2_000, look: 5 * MINUTE_MS };
/** A process that died is back sooner, and a turn may be in the ledger a little before it can be seen there. */
const LOOK_BACK_MS = { first: 60 * MINUTE_MS, then: 6 * MINUTE_MS };

/** An alert comes behind the end of its turn. Where the process died between the two, whoever looks next tells it. */
@Injectable()
export class AlertCatchUp implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(AlertCatchUp.name);
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private hasLooked = false;
  private isOver = false;

  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly alerts: QuotaAlerts,
  ) {}

  onApplicationBootstrap(): void {
    this.lookAfter(LOOK_AFTER_MS.start);
  }

  async onModuleDestroy(): Promise<void> {
    this.isOver = true;
    clearTimeout(this.timer);
    await this.looking;
  }

  private lookAfter(ms: number): void {
    if (this.isOver) return;
    this.timer = setTimeout(() => {
      this.looking = this.look().finally(() => this.lookAfter(LOOK_AFTER_MS.look));
    }, ms).unref();
  }

  private async look(): Promise<void> {
    try {
      const since = firstIdOf(this.clock.now() - (this.hasLooked ? LOOK_BACK_MS.then : LOOK_BACK_MS.first));
      const sql = 'SELECT DISTINCT user_id AS "userId" FROM usage_ledger WHERE id >= ?';
      for (const { userId } of await this.db.query<{ userId: string }>(sql, [since])) {
        if (this.isOver) return;
        await this.alerts.look(userId);
      }
      this.hasLooked = true;
    } catch (err) {
      this.logger.warn({ msg: 'alerts that nobody has told could not be looked for', err });
    }
  }
}
