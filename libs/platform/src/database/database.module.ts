import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { DatabaseConfig } from './database-config';
import { DatabaseConnection } from './database-connection';
import { DatabaseProbe } from './database-probe';
import { createDataSource, type MigrationClass } from './data-source';
import { Db } from './db';
import { Departures } from './departures';
import { Transaction } from './transaction';

/** Entities come by themselves, from the `TypeOrmModule.forFeature` of their libs. */
@Global()
@Module({})
export class DatabaseModule {
  static forRoot(config: DatabaseConfig, migrations: readonly MigrationClass[]): DynamicModule {
    const dataSource = TypeOrmModule.forRootAsync({
      useFactory: () => ({ autoLoadEntities: true, manualInitialization: true }),
      dataSourceFactory: async (options) => createDataSource(config, { entities: options?.entities ?? [], migrations }),
    });
    return {
      module: DatabaseModule,
      imports: [dataSource],
      providers: [
        // Awaited by Nest before anyone's onModuleInit.
        {
          provide: DatabaseConnection,
          useFactory: (source: DataSource) => DatabaseConnection.open(source),
          inject: [DataSource],
        },
        { provide: Db, useFactory: (source: DataSource) => new Db(source.manager), inject: [DataSource] },
        Transaction,
        DatabaseProbe,
        Departures,
      ],
      exports: [DatabaseConnection, Db, Transaction, DatabaseProbe, Departures],
    };
  }
}
