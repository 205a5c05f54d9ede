import { createDataSource, Db, parseDatabaseUrl } from '#platform';

export interface OpenDb {
  readonly db: Db;
  close(): Promise<void>;
}

/** The tables that other processes work on, as one more sees them. */
export async function openDb(url: string): Promise<OpenDb> {
  const dataSource = createDataSource(parseDatabaseUrl(url), { entities: [], migrations: [] });
  await dataSource.initialize();
  return { db: new Db(dataSource.manager), close: () => dataSource.destroy() };
}
