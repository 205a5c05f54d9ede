import { Injectable } from '@nestjs/common';
import { AuditLog } from '#audit';
import { type Actor, AppError } from '#kernel';
import { Announcements, Db, Transaction, type Tx } from '#platform';
import { limitFacts, limitsOf, type QuotaLimits } from '../limits';
import { Quota } from '../quota';
import type { QuotaStatus } from '../quota-status';
import { QuotaOverrideEntity } from './quota-override.entity';

export const resetPeriods = ['day', 'month', 'all'] as const;
export type ResetPeriod = (typeof resetPeriods)[number];

/** A user's quota as an admin sees it. */
export interface AdministeredQuota {
  readonly status: QuotaStatus;
  /** Null: the plan's limits hold. */
  readonly override: QuotaLimits | null;
}

/** What admins change of one user's quota; in force from the next turn on. */
@Injectable()
export class QuotaAdministration {
  constructor(
    private readonly db: Db,
    private readonly transaction: Transaction,
    private readonly audit: AuditLog,
    private readonly quota: Quota,
    private readonly announcements: Announcements,
  ) {}

  /** Null: the plan's limits hold. */
  async override(userId: string): Promise<QuotaLimits | null> {
    return overrideOf(this.db, userId);
  }

  async find(userId: string): Promise<AdministeredQuota> {
    const override = await this.override(userId);
    try {
      return { override, status: await this.quota.statusOf(userId) };
    } catch (error) {
      if (error instanceof AppError && error.kind === 'unauthenticated') throw new AppError('not_found');
      throw error;
    }
  }

  /** Beats the plan in all four figures; one that is not given stays what it is, the user's or the plan's. */
  async setOverride(actor: Actor, userId: string, change: Partial<QuotaLimits>): Promise<void> {
    await this.change(userId, async (tx) => {
      const before = await overrideOf(tx, userId);
      const limits = { ...(before ?? inForce(await this.quota.statusOf(userId, tx))), ...change };
      await tx.getRepository(QuotaOverrideEntity).upsert({ userId, ...limitsOf(limits) }, ['userId']);
      await this.record(tx, actor, 'quota.override_set', userId, {
        before: before && limitFacts(before),
        after: limitFacts(limits),
      });
    });
  }

  async clearOverride(actor: Actor, userId: string): Promise<void> {
    await this.change(userId, async (tx) => {
      const before = await overrideOf(tx, userId);
      if (before === null) return;
      await tx.getRepository(QuotaOverrideEntity).delete({ userId });
      await this.record(tx, actor, 'quota.override_cleared', userId, { before: limitFacts(before) });
    });
  }

  /** What was used in the running windows is forgiven; what running turns hold is charged when they end. */
  async reset(actor: Actor, userId: string, period: ResetPeriod): Promise<void> {
    await this.change(userId, async (tx) => {
      const { day, month } = this.quota.windows();
      const before: Record<string, object> = {};
      // The month before the day, as everywhere.
      if (period !== 'day') before['month'] = await forgive(tx, userId, month);
      if (period !== 'month') before['day'] = await forgive(tx, userId, day);
      await this.record(tx, actor, 'quota.reset', userId, { period, before });
    });
  }

  /** The user's devices are told. */
  private async change(userId: string, work: (tx: Tx) => Promise<void>): Promise<void> {
    await this.transaction.run(async (tx) => {
      await lockUser(tx, userId);
      await work(tx);
    });
    this.announcements.tellAll(userId, { kind: 'quota_updated' });
  }

  private record(
    tx: Tx,
    { userId, username }: Actor,
    action: 'quota.override_set' | 'quota.override_cleared' | 'quota.reset',
    id: string,
    details: object,
  ): Promise<void> {
    return this.audit.record(tx, { action, actor: { id: userId, username }, target: { type: 'user', id }, details });
  }
}

function inForce({ day, month }: QuotaStatus): QuotaLimits {
  return {
    dailyRequests: day.limit.requests,
    monthlyRequests: month.limit.requests,
    dailyTokens: day.limit.tokens,
    monthlyTokens: month.limit.tokens,
  };
}

/** Nobody else administers the user's quota before this transaction ends. */
async function lockUser(tx: Tx, userId: string): Promise<void> {
  const lock = tx.engine === 'sqlite' ? '' : 'FOR UPDATE';
  const rows = await tx.query(`SELECT id FROM users WHERE id = ? ${lock}`, [userId]);
  if (rows.length === 0) throw new AppError('not_found');
}

async function overrideOf(db: Db, userId: string): Promise<QuotaLimits | null> {
  const row = await db.getRepository(QuotaOverrideEntity).findOneBy({ userId });
  return row && limitsOf(row);
}

/** Answers what was used. */
async function forgive(tx: Tx, userId: string, period: string): Promise<object> {
  const lock = tx.engine === 'sqlite' ? '' : 'FOR UPDATE';
  const where = 'WHERE user_id = ? AND period = ?';
  const [used] = await tx.query(`SELECT requests, tokens FROM quota_counters ${where} ${lock}`, [userId, period]);
  await tx.execute(`UPDATE quota_counters SET requests = 0, tokens = 0 ${where}`, [userId, period]);
  await tx.execute(`DELETE FROM quota_alerts ${where}`, [userId, period]);
  return used ?? { requests: 0, tokens: 0 };
}
