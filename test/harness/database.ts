import { createMysqlDatabase } from './databases/mysql';
import { createPostgresDatabase } from './databases/postgres';
import { createSqliteDatabase } from './databases/sqlite';
import type { TestDatabase } from './databases/test-database';

/** A database of a suite's own, migrated and empty: on the server that TEST_DATABASE_URL names, else in a SQLite file. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { TEST_DATABASE_URL: url } = process.env;
  if (url === undefined) return createSqliteDatabase();
  return url.startsWith('postgres') ? createPostgresDatabase(url) : createMysqlDatabase(url);
}
