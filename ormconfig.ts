import { extname, join } from 'node:path';
import { createDataSource, loadConfig, readEnvironment } from '#platform';
import { migrations } from './migrations';

/** For TypeORM's command line alone, from the sources or built; the application makes its own. */
export const dataSource = createDataSource(loadConfig(readEnvironment()).database, {
  entities: [join(__dirname, `libs/*/src/**/*.entity${extname(__filename)}`)],
  migrations,
});
