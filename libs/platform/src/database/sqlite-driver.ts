import { dirname, resolve } from 'node:path';
import type BetterSqlite3 from 'better-sqlite3';
import type { DataSource } from 'typeorm';
import { BetterSqlite3Driver } from 'typeorm/driver/better-sqlite3/BetterSqlite3Driver';
import { ensureDirectory } from '../files/ensure-directory';
import { SqliteConnection } from './sqlite-connection';
import { SqliteQueryRunner } from './sqlite-query-runner';

/**
 * TypeORM's own driver hands one query runner to all callers, so that one caller's rollback erases what another has
 * written. This one gives each caller a runner of its own.
 */
export class SqliteDriver extends BetterSqlite3Driver {
  private shared: SqliteConnection | undefined;

  constructor(dataSource: DataSource) {
    super(dataSource);
  }

  override async connect(): Promise<void> {
    if (this.options.database !== ':memory:') ensureDirectory(dirname(resolve(this.options.database)));
    await super.connect();
    this.shared = new SqliteConnection(this.databaseConnection as BetterSqlite3.Database);
  }

  override createQueryRunner(): SqliteQueryRunner {
    if (this.shared === undefined) throw new Error('the SQLite file is not open');
    return new SqliteQueryRunner(this, this.shared);
  }
}
