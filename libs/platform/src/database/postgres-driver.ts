import type { Pool, PoolClient } from 'pg';
import type { ColumnType, DataSource } from 'typeorm';
import { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver';
import type { ReplicationMode } from 'typeorm/driver/types/ReplicationMode';
import { AppError } from '#kernel';
import type { DatabaseServerConfig } from './database-config';
import { PipeliningQueryRunner } from './postgres-query-runner';
import {
  CONNECT_LIMIT_MS,
  endWhenSilent,
  LOCK_LIMIT_MS,
  POOL_SIZE,
  STATEMENT_LIMIT_MS,
  tlsOptions,
  unwatch,
  watch,
} from './sockets';

/** TypeORM's driver with a pool in which nothing waits for ever, and with our portable column types. */
export class BoundedPostgresDriver extends PostgresDriver {
  constructor(
    dataSource: DataSource,
    private readonly config: DatabaseServerConfig,
  ) {
    super(dataSource);
  }

  override normalizeType(column: { type?: ColumnType }): string {
    return column.type === Date ? 'timestamp with time zone' : super.normalizeType(column);
  }

  override createQueryRunner(mode: ReplicationMode): PipeliningQueryRunner {
    return new PipeliningQueryRunner(this, mode);
  }

  override async obtainMasterConnection(): Promise<[PoolClient, () => void]> {
    try {
      return (await super.obtainMasterConnection()) as [PoolClient, () => void];
    } catch (cause) {
      throw new AppError('database_unavailable', { cause });
    }
  }

  protected override async createPool(): Promise<Pool> {
    const pool = await openPool(this.config);
    const client = await pool.connect();
    client.release();
    return pool;
  }
}

/** The package is loaded where it is used: on other databases nobody waits for it. */
async function openPool({ host, port, user, password, database, tls }: DatabaseServerConfig): Promise<Pool> {
  const { Pool, types } = await import('pg');
  const pool = new Pool({
    host,
    port,
    user,
    password,
    database,
    ssl: tls === undefined ? false : tlsOptions(tls),
    max: POOL_SIZE,
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
    idleTimeoutMillis: 60_000,
    statement_timeout: STATEMENT_LIMIT_MS,
    lock_timeout: LOCK_LIMIT_MS,
    idle_in_transaction_session_timeout: 30_000,
    application_name: 'chatgpt-backend',
    keepAlive: true,
    pipeline: true,
    types: {
      getTypeParser: (type, format) => (isNumeric(type) ? Number : types.getTypeParser(type, format)),
    },
  });
  pool.on('connect', ({ connection }) => endWhenSilent(connection.stream));
  pool.on('acquire', ({ connection }) => watch(connection.stream));
  pool.on('release', (_error, { connection }) => unwatch(connection.stream));
  // An idle connection was lost; the pool has forgotten it already and opens another when one is needed.
  pool.on('error', () => undefined);
  return pool;
}

const BIGINT = 20;
const NUMERIC = 1700;

/** Numbers are numbers, as on SQLite and MySQL: counts, sums and our bigints stay far below 2^53. */
const isNumeric = (type: number): boolean => type === BIGINT || type === NUMERIC;
