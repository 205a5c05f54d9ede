import { type Config, createDataSource, loadConfig, readEnvironment } from '#platform';
import { migrations } from '../../../migrations';

interface Opened {
  readonly config: Config;
  readonly dataSource: ReturnType<typeof createDataSource>;
}

/** The tables alone, without the services that work on them. */
export async function withDatabase(work: (opened: Opened) => Promise<void>): Promise<void> {
  const config = loadConfig(readEnvironment());
  const dataSource = createDataSource(config.database, { entities: [], migrations });
  await dataSource.initialize();
  try {
    await work({ config, dataSource });
  } finally {
    await dataSource.destroy();
  }
}
