import type { QueryRunner } from 'typeorm';
import { createDataSource, parseDatabaseUrl } from '#platform';

/** One connection, closed afterwards, and with it what the session holds. */
export async function asAdmin<T>(url: string, work: (admin: QueryRunner) => Promise<T>): Promise<T> {
  const dataSource = createDataSource(parseDatabaseUrl(url), { entities: [], migrations: [] });
  await dataSource.initialize();
  const admin = dataSource.createQueryRunner();
  try {
    return await work(admin);
  } finally {
    await admin.release();
    await dataSource.destroy();
  }
}

export function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
