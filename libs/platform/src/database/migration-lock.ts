import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { PoolConnection } from 'mysql2';
import type { PoolClient } from 'pg';
import type { QueryRunner } from 'typeorm';
import { AppError } from '#kernel';
import { isTransient } from './database-errors';
import type { Engine } from './engine';
import { socketOf } from './mysql-driver';
import { unwatch } from './sockets';
import { SqliteQueryRunner } from './sqlite-query-runner';

/** How long one process waits for another that migrates. */
const WAIT_LIMIT_MS = 60_000;
const POSTGRES_LOCK = 7_236_841_001;

const logger = new Logger('Migrations');

type UnderLock = <T>(runner: QueryRunner, work: () => Promise<T>) => Promise<T>;

/** Each lets one process at a time do `work`, without time limit, and where the engine can, all of it or nothing. */
export const underMigrationLock: Record<Engine, UnderLock> = {
  async sqlite(runner, work) {
    if (!(runner instanceof SqliteQueryRunner)) throw new TypeError('expected a query runner of ours');
    await untilLocked(() => begins(runner));
    const result = await work();
    const dangling = (await runner.query('PRAGMA foreign_key_check')) as { table: string }[];
    if (dangling.length > 0) throw new Error(`rows of ${dangling[0]?.table} refer to rows that are not there`);
    await runner.commitTransaction();
    return result;
  },

  async postgres(runner, work) {
    const client = (await runner.connect()) as PoolClient;
    unwatch(client.connection.stream);
    await runner.startTransaction();
    try {
      await runner.query('SET LOCAL statement_timeout = 0');
      await untilLocked(() => holds(runner, `SELECT pg_try_advisory_xact_lock(${POSTGRES_LOCK}) AS locked`));
      const result = await work();
      await runner.commitTransaction();
      return result;
    } catch (error) {
      await runner.rollbackTransaction().catch(() => undefined);
      throw error;
    }
  },

  async mysql(runner, work) {
    const connection = (await runner.connect()) as PoolConnection;
    unwatch(socketOf(connection));
    try {
      await runner.query('SET SESSION lock_wait_timeout = 60 /*M! , max_statement_time = 0 */');
      await untilLocked(() => holds(runner, `SELECT GET_LOCK(MD5(CONCAT('migrations of ', DATABASE())), 0) AS locked`));
      return await work();
    } finally {
      // The lock and the settings end with the connection.
      connection.destroy();
    }
  },
};

async function begins(runner: SqliteQueryRunner): Promise<boolean> {
  try {
    await runner.startMigration();
    return true;
  } catch (error) {
    if (isTransient(error)) return false;
    throw error;
  }
}

async function holds(runner: QueryRunner, sql: string): Promise<boolean> {
  const [row] = (await runner.query(sql)) as { locked: boolean | number }[];
  return row?.locked === true || row?.locked === 1;
}

async function untilLocked(tryLock: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + WAIT_LIMIT_MS;
  for (let waiting = false; !(await tryLock()); waiting = true) {
    if (!waiting) logger.log('waiting for another process that migrates the database');
    if (performance.now() > deadline) {
      throw new AppError('database_unavailable', { cause: new Error('another process has not finished migrating') });
    }
    await pause(200);
  }
}
