import type { Socket } from 'node:net';
import type { Pool, PoolConnection } from 'mysql2';
import type { ColumnType, DataSource } from 'typeorm';
import { MysqlDriver } from 'typeorm/driver/mysql/MysqlDriver';
import { AppError } from '#kernel';
import type { DatabaseServerConfig } from './database-config';
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
import { withinLimit } from './time-limit';

/** TypeORM's driver, for MySQL and MariaDB, with a pool in which nothing waits for ever and our portable column types. */
export class BoundedMysqlDriver extends MysqlDriver {
  constructor(
    dataSource: DataSource,
    private readonly config: DatabaseServerConfig,
  ) {
    super(dataSource);
  }

  override normalizeType(column: { type: ColumnType }): string {
    if (column.type === 'uuid') return 'char';
    const type = super.normalizeType(column);
    // A `text` holds no more than 64 KB.
    return type === 'text' ? 'longtext' : type;
  }

  override getColumnLength(column: Parameters<MysqlDriver['getColumnLength']>[0]): string {
    return column.type === 'uuid' ? '36' : super.getColumnLength(column);
  }

  /** mysql2 would wait in line for as long as it takes. */
  override async obtainMasterConnection(): Promise<PoolConnection> {
    const connecting = super.obtainMasterConnection() as Promise<PoolConnection>;
    try {
      return await withinLimit(CONNECT_LIMIT_MS, connecting);
    } catch (cause) {
      connecting.then(
        (late) => late.release(),
        () => undefined,
      );
      throw new AppError('database_unavailable', { cause });
    }
  }

  protected override async createPool(): Promise<Pool> {
    const pool = await openPool(this.config);
    try {
      // The two differ in what TypeORM reads from their catalogue, whatever the URL calls them.
      const type = (await isMariaDb(pool)) ? 'mariadb' : 'mysql';
      Object.assign(this.options, { type });
      return pool;
    } catch (error) {
      pool.end();
      throw error;
    }
  }
}

/** The same answers whatever the server's defaults: strict, literal backslashes as mysql2 writes them, UTC. */
const SESSION = [
  `SET SESSION innodb_lock_wait_timeout = ${LOCK_LIMIT_MS / 1000}, lock_wait_timeout = ${LOCK_LIMIT_MS / 1000}, time_zone = '+00:00',
   sql_mode = 'STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'
   /*M! , max_statement_time = ${STATEMENT_LIMIT_MS / 1000} */`,
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
];

/** The package is loaded where it is used: on other databases nobody waits for it. */
async function openPool({ host, port, user, password, database, tls }: DatabaseServerConfig): Promise<Pool> {
  const { createPool } = await import('mysql2');
  const pool = createPool({
    host,
    port,
    user,
    password,
    database,
    ssl: tls === undefined ? undefined : { ...tlsOptions(tls), verifyIdentity: tls.verify === 'host' },
    connectionLimit: POOL_SIZE,
    connectTimeout: CONNECT_LIMIT_MS,
    charset: 'utf8mb4_bin',
    timezone: 'Z',
    // Numbers are numbers, as on SQLite and PostgreSQL: counts, sums and our bigints stay far below 2^53.
    supportBigNumbers: true,
    bigNumberStrings: false,
    decimalNumbers: true,
    stringifyObjects: true,
  });
  pool.on('connection', (connection) => {
    endWhenSilent(socketOf(connection));
    for (const statement of SESSION) connection.query(statement, (error) => error && connection.destroy());
  });
  pool.on('acquire', (connection) => watch(socketOf(connection)));
  pool.on('release', (connection) => unwatch(socketOf(connection)));
  return pool;
}

/** The types of mysql2 leave it out. */
export function socketOf(connection: PoolConnection): Socket {
  return (connection as unknown as { stream: Socket }).stream;
}

async function isMariaDb(pool: Pool): Promise<boolean> {
  const [rows] = await pool.promise().query('SELECT VERSION() AS version');
  return JSON.stringify(rows).includes('MariaDB');
}
