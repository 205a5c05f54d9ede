import type { EntityManager, EntityTarget, ObjectLiteral, QueryResult, Repository } from 'typeorm';
import { isTransient } from './database-errors';
import { type Engine, engineOf } from './engine';
import { refuseBesideTransaction } from './open-transaction';
import type { Part, SqlValue } from './part';
import { BoundedPostgresDriver } from './postgres-driver';
import { preparedNameOf } from './postgres-prepared-names';
import { PipeliningQueryRunner } from './postgres-query-runner';
import type { StatementFailures } from './statement-failures';

/** The database outside of any transaction: each statement stands for itself. */
export class Db {
  readonly engine: Engine;

  constructor(protected readonly manager: EntityManager) {
    this.engine = engineOf(manager.dataSource);
  }

  getRepository<Entity extends ObjectLiteral>(entity: EntityTarget<Entity>): Repository<Entity> {
    return this.manager.getRepository(entity);
  }

  /** The rows of a SELECT or a RETURNING. A `?` stands for a value on every engine, and for nothing else. */
  async query<Row extends object>(sql: string, values: readonly SqlValue[] = []): Promise<Row[]> {
    const { records } = await this.run(sql, values);
    return records as Row[];
  }

  /** As `query`, of a text that is put again and again: PostgreSQL is taught it once a connection. */
  async ask<Row extends object>({ sql, values }: Part): Promise<Row[]> {
    const { records } = await this.run(sql, values, true);
    return records as Row[];
  }

  /** How many rows an INSERT, UPDATE or DELETE found. */
  async execute(sql: string, values: readonly SqlValue[] = []): Promise<number> {
    const { affected, records } = await this.run(sql, values);
    return affected ?? records.length;
  }

  private async run(sql: string, values: readonly SqlValue[], isKept = false): Promise<QueryResult> {
    const { queryRunner: own, dataSource } = this.manager;
    const text = this.engine === 'postgres' ? numbered(sql) : sql;
    if (own !== undefined) return own.query(text, [...values], true);
    const { driver } = dataSource;
    if (driver instanceof BoundedPostgresDriver) {
      refuseBesideTransaction(dataSource);
      return driver.ask({ text, values, name: isKept ? preparedNameOf(text) : undefined });
    }
    const runner = dataSource.createQueryRunner();
    try {
      return await runner.query(text, [...values], true);
    } finally {
      await runner.release();
    }
  }
}

/** An open transaction, as `Transaction.run` hands it to its work; all of the work's questions go to it, in turn. */
export class Tx extends Db {
  constructor(
    manager: EntityManager,
    private readonly failures: StatementFailures,
  ) {
    super(manager);
  }

  /**
   * For statements, put already, after which nothing is left to decide and nothing may be put: on PostgreSQL the commit
   * travels along with them.
   */
  async last<T>(statements: Promise<T>): Promise<T> {
    const runner = this.manager.queryRunner;
    if (runner instanceof PipeliningQueryRunner) runner.commitAlong();
    return statements;
  }

  /** Work that may fail without dooming the transaction: what it did is undone, and its error thrown. */
  async savepoint<T>(work: () => Promise<T>): Promise<T> {
    const before = this.failures.first;
    try {
      return await this.manager.transaction(work);
    } catch (error) {
      // A deadlock has ended the whole transaction on MySQL.
      if (!isTransient(error)) this.failures.first = before;
      throw error;
    }
  }
}

const POSTGRES_TEXTS_KEPT = 1_000;
const postgresTexts = new Map<string, string>();

function numbered(sql: string): string {
  const known = postgresTexts.get(sql);
  if (known !== undefined) return known;
  let count = 0;
  const text = sql.replace(/\?/g, () => `$${++count}`);
  if (postgresTexts.size >= POSTGRES_TEXTS_KEPT) postgresTexts.clear();
  postgresTexts.set(sql, text);
  return text;
}
