import { createDataSource, migrate, parseDatabaseUrl } from '#platform';
import { migrations } from '../../../migrations';

export async function migrateAt(url: string): Promise<void> {
  const dataSource = createDataSource(parseDatabaseUrl(url), { entities: [], migrations });
  await dataSource.initialize();
  await migrate(dataSource);
  await dataSource.destroy();
}
