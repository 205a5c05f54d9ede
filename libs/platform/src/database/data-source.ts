import { DataSource, type DataSourceOptions, type EntityMetadata, type EntityTarget, type Migration } from 'typeorm';
import type { MigrationInterface, ObjectLiteral, QueryRunner } from 'typeorm';
import type { ReplicationMode } from 'typeorm/driver/types/ReplicationMode';
import { AppError } from '#kernel';
import type { DatabaseConfig } from './database-config';
import { migrate, revertLastMigration } from './migrate';
import { BoundedMysqlDriver } from './mysql-driver';
import { refuseBesideTransaction } from './open-transaction';
import { BoundedPostgresDriver } from './postgres-driver';
import { SnakeCaseNames, uniqueName } from './snake-case-names';
import { SqliteDriver } from './sqlite-driver';
import { loadSqlitePackage } from './sqlite-package';

export type MigrationClass = new () => MigrationInterface;

export interface DatabaseSchema {
  /** Classes, or for tools a pattern of the files that hold them. */
  readonly entities: NonNullable<DataSourceOptions['entities']>;
  readonly migrations: readonly MigrationClass[];
}

/** TypeORM's DataSource with drivers of ours. It opens no connection before `initialize()`. */
export function createDataSource(config: DatabaseConfig, schema: DatabaseSchema): DataSource {
  return new AppDataSource(config, schema);
}

class AppDataSource extends DataSource {
  constructor(config: DatabaseConfig, { entities, migrations }: DatabaseSchema) {
    super({
      ...engineOptions(config),
      entities,
      migrations: [...migrations],
      namingStrategy: new SnakeCaseNames(),
      logging: false,
    });
    this.driver = createDriver(this, config);
  }

  override createQueryRunner(mode?: ReplicationMode): QueryRunner {
    refuseBesideTransaction(this);
    if (!this.isInitialized) throw notConnected();
    return super.createQueryRunner(mode);
  }

  override getMetadata(target: EntityTarget<ObjectLiteral>): EntityMetadata {
    if (this.entityMetadatas.length === 0) throw notConnected();
    return super.getMetadata(target);
  }

  protected override async buildMetadatas(): Promise<void> {
    await super.buildMetadatas();
    // MySQL has no unique constraints: TypeORM makes them indexes, which then must keep the constraint's name.
    for (const { tableName, indices } of this.entityMetadatas) {
      for (const index of indices.filter(({ isUnique, givenName }) => isUnique && givenName === undefined)) {
        index.name = uniqueName(
          tableName,
          index.columns.map(({ databaseName }) => databaseName),
        );
      }
    }
  }

  override async runMigrations(options?: { fake?: boolean }): Promise<Migration[]> {
    return options?.fake === true ? super.runMigrations(options) : migrate(this);
  }

  override async undoLastMigration(options?: { fake?: boolean }): Promise<void> {
    return options?.fake === true ? super.undoLastMigration(options) : revertLastMigration(this);
  }
}

function notConnected(): AppError {
  return new AppError('database_unavailable', { cause: new Error('the database is not connected yet') });
}

function engineOptions(config: DatabaseConfig): DataSourceOptions {
  if (config.engine === 'sqlite') {
    return {
      type: 'better-sqlite3',
      driver: loadSqlitePackage(),
      database: config.file,
      enableWAL: true,
      // Blocks the process, so it is short; the rest of the waiting is done without.
      timeout: 25,
      prepareDatabase: (database: { pragma(text: string): void }) => database.pragma('synchronous = FULL'),
    };
  }
  // Host and password go to the driver alone: options end up in messages.
  return { type: config.engine, database: config.database };
}

function createDriver(dataSource: DataSource, config: DatabaseConfig): DataSource['driver'] {
  switch (config.engine) {
    case 'sqlite':
      return new SqliteDriver(dataSource);
    case 'postgres':
      return new BoundedPostgresDriver(dataSource, config);
    case 'mysql':
      return new BoundedMysqlDriver(dataSource, config);
  }
}
