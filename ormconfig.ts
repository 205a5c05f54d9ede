import { createDataSource, loadConfig, readEnvironment } from '#platform';
import { migrations } from './migrations';

/** For TypeORM's command line alone; the application makes its own. */
export const dataSource = createDataSource(loadConfig(readEnvironment()).database, {
  entities: ['libs/*/src/**/*.entity.ts'],
  migrations,
});
