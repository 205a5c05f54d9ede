import { Injectable } from '@nestjs/common';
import { AuditLog } from '#audit';
import { type Actor, AppError, Clock, isLabel } from '#kernel';
import { Announcements, Db, isUniqueViolation, Transaction, type Tx } from '#platform';
import { limitFacts, limitsOf, type QuotaLimits } from '../limits';
import { FREE_PLAN, type Plan, VIP_PLAN } from './plan';
import { PlanEntity } from './plan.entity';

@Injectable()
export class Plans {
  constructor(
    private readonly db: Db,
    private readonly transaction: Transaction,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    private readonly announcements: Announcements,
  ) {}

  /** By name. */
  async list(): Promise<readonly Plan[]> {
    return this.db.getRepository(PlanEntity).find({ order: { name: 'ASC' } });
  }

  async exists(name: string): Promise<boolean> {
    return this.db.getRepository(PlanEntity).existsBy({ name });
  }

  /** Whether it is the plan of the VIPs (true) or of the others (false) to whom none was given; undefined: of neither. */
  isOfVips(name: string): boolean | undefined {
    return { [FREE_PLAN]: false, [VIP_PLAN]: true }[name];
  }

  /** A name that reads as one that exists exists. */
  async create(actor: Actor, name: string, limits: QuotaLimits): Promise<Plan> {
    if (!isLabel(name)) throw AppError.invalid({ field: 'name', reason: 'label_characters' });
    return this.transaction.run(async (tx) => {
      const now = this.clock.date();
      const row = { name, ...limitsOf(limits), builtIn: false, createdAt: now, updatedAt: now };
      const names = (await tx.getRepository(PlanEntity).find()).map((plan) => folded(plan.name));
      if (names.includes(folded(name))) throw nameExists();
      await insert(tx, row);
      await this.record(tx, actor, 'plan.created', name, limitFacts(row));
      return row;
    });
  }

  /** What is not given stays as it is. */
  async update(actor: Actor, name: string, change: Partial<QuotaLimits>): Promise<Plan> {
    const plan = await this.transaction.run(async (tx) => {
      const before = await lockedRow(tx, name);
      const limits = { ...limitsOf(before), ...change };
      const after = { ...before, ...limits, updatedAt: this.clock.date() };
      await tx.getRepository(PlanEntity).update({ name }, { ...limits, updatedAt: after.updatedAt });
      await this.record(tx, actor, 'plan.updated', name, { before: limitFacts(before), after: limitFacts(after) });
      return after;
    });
    this.announcements.tellEveryone({ kind: 'quota_updated' });
    return plan;
  }

  /** Whoever had it has what VIP gives. */
  async delete(actor: Actor, name: string): Promise<void> {
    await this.transaction.run(async (tx) => {
      const plan = await lockedRow(tx, name);
      if (plan.builtIn) throw new AppError('conflict', { reason: 'built_in' });
      await tx.getRepository(PlanEntity).delete({ name });
      await tx.execute('UPDATE users SET plan = NULL WHERE plan = ?', [name]);
      await this.record(tx, actor, 'plan.deleted', name, limitFacts(plan));
    });
    this.announcements.tellEveryone({ kind: 'quota_updated' });
  }

  private record(
    tx: Tx,
    { userId, username }: Actor,
    action: 'plan.created' | 'plan.updated' | 'plan.deleted',
    name: string,
    details: object,
  ): Promise<void> {
    return this.audit.record(tx, {
      action,
      actor: { id: userId, username },
      target: { type: 'plan', id: name },
      details,
    });
  }
}

async function insert(tx: Tx, row: PlanEntity): Promise<void> {
  try {
    await tx.getRepository(PlanEntity).insert({ ...row });
  } catch (error) {
    throw isUniqueViolation(error) ? nameExists() : error;
  }
}

/** Nobody else changes it before this transaction ends. */
async function lockedRow(tx: Tx, name: string): Promise<PlanEntity> {
  const lock = tx.engine === 'sqlite' ? undefined : { mode: 'pessimistic_write' as const };
  const row = await tx.getRepository(PlanEntity).findOne({ where: { name }, ...(lock && { lock }) });
  if (row === null) throw new AppError('not_found');
  return row;
}

function nameExists(): AppError {
  return new AppError('conflict', { reason: 'name_exists' });
}

function folded(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}
