import { setTimeout as pause } from 'node:timers/promises';
import { QueryFailedError, QueryResult, QueryRunnerAlreadyReleasedError } from 'typeorm';
import type { BetterSqlite3Driver } from 'typeorm/driver/better-sqlite3/BetterSqlite3Driver';
import { BetterSqlite3QueryRunner } from 'typeorm/driver/better-sqlite3/BetterSqlite3QueryRunner';
import { AppError } from '#kernel';
import { isTransient } from './database-errors';
import type { SqliteConnection } from './sqlite-connection';
import { sqliteTime } from './times';

/** How long a caller waits for its turn in this process, and then for other processes. */
const TURN_LIMIT_MS = 15_000;
const BUSY_LIMIT_MS = 5_000;

/**
 * One caller's view of the one connection. A transaction has the connection to itself from BEGIN to its end, a plain
 * statement for as long as it runs; everyone else waits in line.
 */
export class SqliteQueryRunner extends BetterSqlite3QueryRunner {
  private hasTurn = false;
  private withoutForeignKeys = false;

  constructor(
    driver: BetterSqlite3Driver,
    private readonly shared: SqliteConnection,
  ) {
    super(driver);
  }

  override query(sql: string, parameters: unknown[] | undefined, useStructuredResult: true): Promise<QueryResult>;
  override query(sql: string, parameters?: unknown[]): Promise<unknown>;
  override async query(sql: string, parameters: unknown[] = [], useStructuredResult = false): Promise<unknown> {
    if (this.isReleased) throw new QueryRunnerAlreadyReleasedError();
    const result = this.hasTurn ? this.execute(sql, parameters) : await this.executeInTurn(sql, parameters);
    return useStructuredResult ? result : result.raw;
  }

  override async startTransaction(): Promise<void> {
    if (this.isTransactionActive) return super.startTransaction();
    await this.takeTurn();
    await this.begin();
  }

  /** Migrations rebuild tables that others refer to. The pragma has no effect once a transaction has begun. */
  async startMigration(): Promise<void> {
    await this.takeTurn();
    this.withoutForeignKeys = true;
    this.shared.checkForeignKeys(false);
    await this.begin();
  }

  override async commitTransaction(): Promise<void> {
    if (this.transactionDepth !== 1) return super.commitTransaction();
    try {
      await retryWhileBusy(() => this.shared.prepare('COMMIT').run());
    } catch (error) {
      throw new QueryFailedError('COMMIT', undefined, error as Error);
    } finally {
      this.endTransaction();
    }
  }

  override async rollbackTransaction(): Promise<void> {
    if (this.transactionDepth !== 1) return super.rollbackTransaction();
    this.endTransaction();
  }

  override async release(): Promise<void> {
    this.isReleased = true;
    if (this.isTransactionActive) this.endTransaction();
  }

  private async executeInTurn(sql: string, parameters: readonly unknown[]): Promise<QueryResult> {
    await this.takeTurn();
    try {
      return await retryWhileBusy(() => this.execute(sql, parameters));
    } finally {
      this.giveTurn();
    }
  }

  private execute(sql: string, parameters: readonly unknown[]): QueryResult {
    try {
      // SQLite ends a transaction by itself when, say, the disk is full; what follows must not become permanent.
      if (this.isTransactionActive && !this.shared.inTransaction) {
        throw new Error('the transaction was rolled back by an earlier error');
      }
      const statement = this.shared.prepare(sql);
      const values = parameters.map(bindable);
      const result = new QueryResult();
      if (statement.reader) {
        result.records = statement.all(...values);
        result.raw = result.records;
      } else {
        const { changes, lastInsertRowid } = statement.run(...values);
        result.affected = changes;
        result.raw = lastInsertRowid;
      }
      return result;
    } catch (error) {
      throw new QueryFailedError(sql, undefined, error as Error);
    }
  }

  private async begin(): Promise<void> {
    try {
      // IMMEDIATE: a transaction that reads first and writes later could otherwise fail where no retry helps.
      await retryWhileBusy(() => this.shared.prepare('BEGIN IMMEDIATE').run());
    } catch (error) {
      this.giveTurn();
      throw new QueryFailedError('BEGIN IMMEDIATE', undefined, error as Error);
    }
    this.isTransactionActive = true;
    this.transactionDepth = 1;
  }

  /** Whatever is not committed by now is undone. */
  private endTransaction(): void {
    this.isTransactionActive = false;
    this.transactionDepth = 0;
    try {
      if (this.shared.inTransaction) this.shared.prepare('ROLLBACK').run();
    } finally {
      this.giveTurn();
    }
  }

  private async takeTurn(): Promise<void> {
    const { turn } = this.shared;
    if (!turn.tryTake() && !(await turn.take(TURN_LIMIT_MS))) {
      throw new AppError('database_unavailable', { cause: new Error('no turn on the SQLite connection in time') });
    }
    this.hasTurn = true;
  }

  private giveTurn(): void {
    if (this.withoutForeignKeys) this.shared.checkForeignKeys(true);
    this.withoutForeignKeys = false;
    this.hasTurn = false;
    this.shared.turn.give();
  }
}

function bindable(value: unknown): unknown {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return value instanceof Date ? sqliteTime(value) : value;
}

/** Another process writes. better-sqlite3 waits in its own, blocking way for a moment only; the rest is waited here. */
async function retryWhileBusy<T>(statement: () => T): Promise<T> {
  const deadline = performance.now() + BUSY_LIMIT_MS;
  for (let wait = 5; ; wait = Math.min(wait * 2, 100)) {
    try {
      return statement();
    } catch (error) {
      if (!isTransient(error) || performance.now() > deadline) throw error;
    }
    await pause(wait * (0.5 + Math.random() / 2));
  }
}
