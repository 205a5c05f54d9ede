import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { type DataSource, getMetadataArgsStorage } from 'typeorm';
import { createDataSource, type MigrationClass, migrate, parseDatabaseUrl } from '#platform';
import { migrations } from '../../migrations';
import { createTestDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/databases/test-database';
import { CreateSamples4102444800000, Sample } from './sample';

Logger.overrideLogger(false);

const LIBS = join(__dirname, '../../libs');

/** Every class in every entity file of the product, and the sample. */
async function allEntities(): Promise<(new () => object)[]> {
  const files = readdirSync(LIBS, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.entity.ts'));
  for (const file of files) await import(join(LIBS, file));
  const targets = getMetadataArgsStorage().tables.map(({ target }) => target as new () => object);
  return [...new Set([...targets, Sample])];
}

export const allMigrations: readonly MigrationClass[] = [...migrations, CreateSamples4102444800000];

export interface OpenDatabase extends TestDatabase {
  readonly dataSource: DataSource;
  /** One more, with connections of its own, as another process has it. */
  another(migrations?: readonly MigrationClass[]): Promise<DataSource>;
}

/** A database of the suite's own with all tables and the sample; `drop` closes what was opened. */
export async function openTestDatabase(): Promise<OpenDatabase> {
  const { url, drop } = await createTestDatabase();
  const entities = await allEntities();
  const opened: DataSource[] = [];
  const another = async (own: readonly MigrationClass[] = allMigrations): Promise<DataSource> => {
    const dataSource = createDataSource(parseDatabaseUrl(url), { entities, migrations: own });
    opened.push(await dataSource.initialize());
    return dataSource;
  };
  const dataSource = await another();
  await migrate(dataSource);
  return {
    url,
    dataSource,
    another,
    async drop() {
      await Promise.all(opened.filter(({ isInitialized }) => isInitialized).map((each) => each.destroy()));
      await drop();
    },
  };
}
