import type { DataSource } from 'typeorm';
import { AuditLog } from '#audit';
import { newId } from '#kernel';
import { Db, Transaction } from '#platform';
import type { Admission, TurnBill, TurnRequest } from '#quota';
import { Users } from '#users';
import { QuotaAdministration } from '../../libs/quota/src/administration/quota-administration';
import { Plans } from '../../libs/quota/src/plans/plans';
import { Quota } from '../../libs/quota/src/quota';
import { QuotaRepository } from '../../libs/quota/src/quota.repository';
import { QuotaWindows } from '../../libs/quota/src/windows/quota-windows';
import type { TestClock } from '../harness/test-clock';

const MINUTE_MS = 60_000;

/** The quotas of one process. */
export class QuotaProcess {
  readonly db: Db;
  readonly transaction: Transaction;
  readonly quota: Quota;
  readonly plans: Plans;
  readonly administration: QuotaAdministration;
  readonly audit: AuditLog;
  readonly users: Users;

  constructor(
    dataSource: DataSource,
    private readonly clock: TestClock,
    timeZone = 'UTC',
  ) {
    const windows = new QuotaWindows(timeZone);
    this.db = new Db(dataSource.manager);
    this.transaction = new Transaction(dataSource);
    this.audit = new AuditLog(this.db, clock);
    this.quota = new Quota(this.db, new QuotaRepository(), windows, clock);
    this.plans = new Plans(this.db, this.transaction, this.audit, clock);
    this.administration = new QuotaAdministration(this.db, this.transaction, this.audit, windows, clock);
    this.users = new Users(clock);
  }

  /** Someone new; answers the id. */
  async someone(username: string = newId()): Promise<string> {
    const { id } = await this.transaction.run((tx) =>
      this.users.create(tx, { username, email: null, passwordHash: 'none' }),
    );
    return id;
  }

  async reserve(userId: string, request: Partial<TurnRequest> = {}): Promise<Admission & { readonly turnId: string }> {
    const turnId = request.turnId ?? newId();
    const admission = await this.transaction.run((tx) =>
      this.quota.reserve(tx, {
        userId,
        turnId,
        promptTokens: 5,
        wantedTokens: 10,
        chargeTokens: true,
        leaseUntil: new Date(this.clock.now() + MINUTE_MS),
        ...request,
      }),
    );
    return { ...admission, turnId };
  }

  async settle(turnId: string, totalTokens = 6, bill: Partial<TurnBill> = {}): Promise<boolean> {
    return this.transaction.run((tx) => this.quota.settle(tx, { ...billOf(turnId, totalTokens), ...bill }));
  }

  async release(turnId: string): Promise<boolean> {
    return this.transaction.run((tx) => this.quota.release(tx, turnId));
  }

  async used(userId: string) {
    const { day, month } = await this.quota.statusOf(userId);
    return { day: day.used, month: month.used };
  }

  async countHolds(userId: string): Promise<number> {
    return (await this.db.query('SELECT turn_id FROM quota_holds WHERE user_id = ?', [userId])).length;
  }

  /** Everything that the ledger says of someone, the oldest first. */
  async ledgerOf(userId: string) {
    return this.db.query<LedgerRow>('SELECT * FROM usage_ledger WHERE user_id = ? ORDER BY id', [userId]);
  }
}

export interface LedgerRow {
  readonly turn_id: string;
  readonly day: string;
  readonly plan: string;
  readonly total_tokens: number;
  readonly charged_tokens: number;
}

export function billOf(turnId: string, totalTokens: number): TurnBill {
  return {
    turnId,
    conversationId: newId(),
    model: 'a-model',
    usage: { promptTokens: 5, completionTokens: totalTokens - 5 },
    cost: 0.000007,
    status: 'complete',
    ownKey: false,
    cached: false,
    firstTokenMs: 12,
  };
}

export const exceeded = (period: 'day' | 'month', metric: 'requests' | 'tokens', limit: number, used: number) =>
  expect.objectContaining({
    kind: 'quota_exceeded',
    details: expect.objectContaining({ period, metric, limit, used }),
  });

export const limits = (changes: Partial<Record<LimitName, number | null>>) => ({
  dailyRequests: null,
  monthlyRequests: null,
  dailyTokens: null,
  monthlyTokens: null,
  ...changes,
});

type LimitName = 'dailyRequests' | 'monthlyRequests' | 'dailyTokens' | 'monthlyTokens';
