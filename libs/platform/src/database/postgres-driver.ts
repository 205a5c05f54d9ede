import type { Pool, PoolClient, TypeParsers } from 'pg';
import type { ColumnType, DataSource, QueryResult } from 'typeorm';
import { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver';
import type { ReplicationMode } from 'typeorm/driver/types/ReplicationMode';
import { AppError } from '#kernel';
import type { DatabaseServerConfig } from './database-config';
import { PipeliningQueryRunner } from './postgres-query-runner';
import { preparedQuery } from './postgres-prepared-query';
import { failureOf, resultOf, type Statement, Statements } from './postgres-statement';
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
  private opened: OpenPool | undefined;

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
    return new PipeliningQueryRunner(this, mode, () => this.connected().statements);
  }

  override async obtainMasterConnection(): Promise<[PoolClient, () => void]> {
    try {
      return (await super.obtainMasterConnection()) as [PoolClient, () => void];
    } catch (cause) {
      throw new AppError('database_unavailable', { cause });
    }
  }

  /** A statement that stands for itself; to make a query runner for it takes as long as to put it. */
  ask(statement: Statement): Promise<QueryResult> {
    return new Promise((resolve, reject) => {
      const unavailable = (cause: unknown) => reject(new AppError('database_unavailable', { cause }));
      if (this.opened === undefined) return unavailable(new Error('the database is not connected yet'));
      const { pool, statements } = this.opened;
      pool.connect((cause, client, release) => {
        if (client === undefined) return unavailable(cause);
        statements.put(client, statement, (error, answer) => {
          release();
          if (error) reject(failureOf(statement, error));
          else resolve(resultOf(answer));
        });
      });
    });
  }

  protected override async createPool(): Promise<Pool> {
    this.opened = await openPool(this.config);
    const { pool } = this.opened;
    const client = await pool.connect();
    client.release();
    return pool;
  }

  private connected(): OpenPool {
    if (this.opened === undefined) throw new Error('the database is not connected yet');
    return this.opened;
  }
}

interface OpenPool {
  readonly pool: Pool;
  readonly statements: Statements;
}

/** The package is loaded where it is used: on other databases nobody waits for it. */
async function openPool({ host, port, user, password, database, tls }: DatabaseServerConfig): Promise<OpenPool> {
  const { Pool, Query, types } = await import('pg');
  const typesOfOurs: TypeParsers = {
    getTypeParser: (type, format) => (isNumeric(type) ? Number : types.getTypeParser(type, format)),
  };
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
    types: typesOfOurs,
  });
  pool.on('connect', (client) => {
    endWhenSilent(client.connection.stream);
    // Whoever has put a statement to it hears of it, and the pool takes it back no more.
    client.on('error', () => undefined);
  });
  pool.on('acquire', ({ connection }) => watch(connection.stream));
  pool.on('release', (_error, { connection }) => unwatch(connection.stream));
  // An idle connection was lost; the pool has forgotten it already and opens another when one is needed.
  pool.on('error', () => undefined);
  return { pool, statements: new Statements(preparedQuery(Query, typesOfOurs)) };
}

const BIGINT = 20;
const NUMERIC = 1700;

/** Numbers are numbers, as on SQLite and MySQL: counts, sums and our bigints stay far below 2^53. */
const isNumeric = (type: number): boolean => type === BIGINT || type === NUMERIC;
