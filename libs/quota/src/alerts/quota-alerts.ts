import { Injectable, Logger } from '@nestjs/common';
import { AppError } from '#kernel';
import { Announcements, Db, type QuotaAlert, Transaction, type Tx } from '#platform';
import { Webhooks } from '#webhooks';
import { Quota } from '../quota';
import type { Amounts, QuotaStatus } from '../quota-status';

/** Per cent. */
const THRESHOLDS = [80, 100] as const;

interface Reached extends QuotaAlert {
  /** As the counters name it. */
  readonly window: string;
}

interface Spent {
  readonly username: string;
  readonly used: ReadonlyMap<string, Amounts>;
}

/** Tells a user's devices, and the operator's webhook, when he comes to the end of what he may spend. */
@Injectable()
export class QuotaAlerts {
  private readonly logger = new Logger(QuotaAlerts.name);

  constructor(
    private readonly db: Db,
    private readonly transaction: Transaction,
    private readonly quota: Quota,
    private readonly announcements: Announcements,
    private readonly webhooks: Webhooks,
  ) {}

  /** At the end of a turn, with how its user stands then: known, it costs nothing before there is something to tell. */
  async look(userId: string, known?: QuotaStatus): Promise<void> {
    try {
      const status = known ?? (await this.quota.statusOf(userId));
      if (this.reachedIn(status).length === 0) return;
      const told = await this.db.query<{ period: string; metric: string; threshold: number }>(
        'SELECT period, metric, threshold FROM quota_alerts WHERE user_id = ?',
        [userId],
      );
      const before = new Set(told.map(({ period, metric, threshold }) => `${period} ${metric} ${threshold}`));
      const isNew = ({ window, metric, threshold }: Reached) => !before.has(`${window} ${metric} ${threshold}`);
      if (!this.reachedIn(status).some(isNew)) return;
      const alerts = await this.transaction.run((tx) => this.raise(tx, userId, status));
      if (alerts.length === 0) return;
      this.announcements.tellAll(userId, ...alerts.map((alert) => ({ kind: 'quota_alert', alert }) as const));
      this.webhooks.hurry();
    } catch (err) {
      const isGone = err instanceof AppError && err.kind === 'unauthenticated';
      if (!isGone) this.logger.warn({ msg: 'a quota that comes to its end was not told', err });
    }
  }

  /** Those that nobody has told before. What running turns hold is not spent yet. */
  private async raise(tx: Tx, userId: string, status: QuotaStatus): Promise<QuotaAlert[]> {
    const { day, month } = this.quota.windows();
    const rows = await tx.query<Amounts & { username: string; period: string }>(
      `SELECT known.username, counter.period, counter.requests, counter.tokens
       FROM quota_counters counter JOIN users known ON known.id = counter.user_id
       WHERE counter.user_id = ? AND counter.period IN (?, ?)`,
      [userId, month, day],
    );
    const spent: Spent = {
      username: rows[0]?.username ?? '',
      used: new Map(rows.map(({ period, requests, tokens }) => [period, { requests, tokens }])),
    };
    const alerts: QuotaAlert[] = [];
    for (const { window, ...alert } of this.reachedIn(status, spent)) {
      if (!(await this.isFirst(tx, userId, window, alert))) continue;
      await this.webhooks.tell(tx, 'quota.alert', { id: userId, username: spent.username }, factsOf(alert));
      alerts.push(alert);
    }
    return alerts;
  }

  /** Of several replicas, one is. */
  private async isFirst(tx: Tx, userId: string, window: string, { metric, threshold }: QuotaAlert): Promise<boolean> {
    const ignoring = tx.engine === 'mysql' ? 'IGNORE' : '';
    const quietly = tx.engine === 'mysql' ? '' : 'ON CONFLICT DO NOTHING';
    const sql = `INSERT ${ignoring} INTO quota_alerts (user_id, period, metric, threshold, at) VALUES (?, ?, ?, ?, ?) ${quietly}`;
    return (await tx.execute(sql, [userId, window, metric, threshold, this.quota.now()])) > 0;
  }

  private reachedIn(status: QuotaStatus, spent?: Spent): Reached[] {
    const windows = this.quota.windows();
    return (['day', 'month'] as const).flatMap((period) =>
      (['requests', 'tokens'] as const).flatMap((metric) => {
        const window = windows[period];
        const limit = status[period].limit[metric];
        const used = (spent === undefined ? status[period].used : spent.used.get(window))?.[metric] ?? 0;
        if (limit === null || used === 0) return [];
        const resetsAt = status[period].resetsAt.toISOString();
        return THRESHOLDS.filter((threshold) => used * 100 >= limit * threshold).map((threshold) => ({
          period,
          metric,
          threshold,
          limit,
          used,
          resetsAt,
          window,
        }));
      }),
    );
  }
}

/** As the API writes them. */
function factsOf({ period, metric, threshold, limit, used, resetsAt }: QuotaAlert): object {
  return { period, metric, threshold, limit, used, resets_at: resetsAt };
}
