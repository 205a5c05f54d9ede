import type { DataSource } from 'typeorm';
import type { DatabaseConfig } from './database-config';

export type Engine = DatabaseConfig['engine'];

export function engineOf(dataSource: DataSource): Engine {
  switch (dataSource.options.type) {
    case 'better-sqlite3':
      return 'sqlite';
    case 'postgres':
      return 'postgres';
    default:
      return 'mysql';
  }
}
