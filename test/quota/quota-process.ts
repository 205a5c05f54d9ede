import { type DynamicModule, Global, Module, type Type } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { AuditLog, AuditModule } from '#audit';
import { Clock, newId } from '#kernel';
import { AnnouncementsModule, CacheModule, DatabaseModule, Db, parseDatabaseUrl, Transaction } from '#platform';
import {
  type Admission,
  Plans,
  Quota,
  QuotaAdministration,
  QuotaModule,
  type TurnBill,
  type TurnRequest,
} from '#quota';
import { Users, UsersModule } from '#users';
import { WebhooksModule } from '#webhooks';
import { migrations } from '../../migrations';
import type { TestClock } from '../harness/test-clock';

const MINUTE_MS = 60_000;

@Global()
@Module({})
class TimeModule {
  static of(clock: TestClock): DynamicModule {
    return { module: TimeModule, providers: [{ provide: Clock, useValue: clock }], exports: [Clock] };
  }
}

/** The quotas of one process. */
export class QuotaProcess {
  readonly db: Db;
  readonly transaction: Transaction;
  readonly quota: Quota;
  readonly plans: Plans;
  readonly administration: QuotaAdministration;
  readonly audit: AuditLog;
  readonly users: Users;

  private constructor(
    private readonly app: TestingModule,
    private readonly clock: TestClock,
  ) {
    this.db = app.get(Db);
    this.transaction = app.get(Transaction);
    this.quota = app.get(Quota);
    this.plans = app.get(Plans);
    this.administration = app.get(QuotaAdministration);
    this.audit = app.get(AuditLog);
    this.users = app.get(Users);
  }

  static async start(databaseUrl: string, clock: TestClock, timeZone: string): Promise<QuotaProcess> {
    const app = await Test.createTestingModule({
      imports: [
        TimeModule.of(clock),
        DatabaseModule.forRoot(parseDatabaseUrl(databaseUrl), migrations),
        CacheModule.forRoot(undefined),
        AnnouncementsModule,
        UsersModule,
        AuditModule,
        WebhooksModule.forRoot(undefined),
        QuotaModule.forRoot({ timeZone }),
      ],
    }).compile();
    return new QuotaProcess(await app.init(), clock);
  }

  get<T>(service: Type<T>): T {
    return this.app.get(service);
  }

  close(): Promise<void> {
    return this.app.close();
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
