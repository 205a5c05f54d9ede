import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { engineOf, migrate, revertLastMigration, schemaIsCurrent } from '#platform';
import { migrations } from '../../migrations';
import { allMigrations, type OpenDatabase, openTestDatabase } from './open';

let database: OpenDatabase;
let dataSource: DataSource;

beforeEach(async () => {
  database = await openTestDatabase();
  dataSource = database.dataSource;
});

afterEach(() => database.drop());

async function downToNothing(source: DataSource): Promise<void> {
  for (let count = allMigrations.length; count > 0; count--) await revertLastMigration(source);
}

async function tables(): Promise<string[]> {
  const runner = dataSource.createQueryRunner();
  const found = await Promise.all(dataSource.entityMetadatas.map(({ tableName }) => runner.hasTable(tableName)));
  await runner.release();
  return dataSource.entityMetadatas.map(({ tableName }) => tableName).filter((_, i) => found[i]);
}

async function drift(): Promise<string[]> {
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  return upQueries.map(({ query }) => query);
}

it('lists every file of the folder, in order', () => {
  const files = readdirSync(join(__dirname, '../../migrations'))
    .filter((file) => /^\d/.test(file))
    .sort();
  const stamps = migrations.map(({ name }) => name.slice(-13));
  expect(stamps).toEqual(files.map((file) => file.slice(0, 13)));
});

it('leads to the very tables that the entities describe', async () => {
  expect(await drift()).toEqual([]);
});

it('goes up, again, down to nothing and up', async () => {
  expect(await schemaIsCurrent(dataSource)).toBe(true);
  expect(await migrate(dataSource)).toEqual([]);
  await downToNothing(dataSource);
  expect(await tables()).toEqual([]);
  expect(await schemaIsCurrent(dataSource)).toBe(false);
  const applied = await migrate(dataSource);
  expect(applied.map(({ name }) => name)).toEqual(allMigrations.map(({ name }) => name));
  expect(await drift()).toEqual([]);
});

it('is done once by processes that boot together', async () => {
  await downToNothing(dataSource);
  const processes = await Promise.all(Array.from({ length: 4 }, () => database.another()));
  const applied = await Promise.all(processes.map((each) => migrate(each)));
  expect(applied.map(({ length }) => length).sort()).toEqual([0, 0, 0, allMigrations.length]);
  expect(await schemaIsCurrent(dataSource)).toBe(true);
});

it('is current for an older build beside a newer one', async () => {
  expect(await schemaIsCurrent(await database.another(migrations))).toBe(true);
});

it('says what failed, and keeps nothing of it where the engine can', async () => {
  class Half4102444900000 implements MigrationInterface {
    async up(runner: QueryRunner): Promise<void> {
      await runner.query('CREATE TABLE half (id int)');
      await runner.query('INSERT INTO nowhere VALUES (1)');
    }
    async down(): Promise<void> {}
  }
  const newer = await database.another([...allMigrations, Half4102444900000]);
  const undone = engineOf(newer) !== 'mysql';
  await expect(migrate(newer)).rejects.toThrow(undone ? /nothing of it was kept: .*nowhere/ : /half done.*nowhere/);
  const runner = newer.createQueryRunner();
  expect(await runner.hasTable('half')).toBe(!undone);
  await runner.release();
  expect(await schemaIsCurrent(newer)).toBe(false);
  await expect(migrate(newer)).rejects.toThrow();
});

it('takes no longer than it takes, whatever the limits of other statements', async () => {
  class Slow4102444900000 implements MigrationInterface {
    async up(runner: QueryRunner): Promise<void> {
      const limits = {
        sqlite: `SELECT 0 AS longest`,
        postgres: `SELECT current_setting('statement_timeout') AS longest`,
        mysql: `SHOW SESSION VARIABLES LIKE 'max_statement_time'`,
      };
      const [row] = await runner.query(limits[engineOf(runner.dataSource)]);
      expect(Number(row?.longest ?? row?.Value ?? 0)).toBe(0);
    }
    async down(): Promise<void> {}
  }
  await migrate(await database.another([...allMigrations, Slow4102444900000]));
});

it('rebuilds a table that others refer to', async () => {
  if (engineOf(dataSource) !== 'sqlite') return;
  class Rebuild4102444900000 implements MigrationInterface {
    async up(runner: QueryRunner): Promise<void> {
      await runner.query('CREATE TABLE parts (sample varchar REFERENCES samples (id) ON DELETE CASCADE)');
      await runner.query(`INSERT INTO samples (id, owner, name) VALUES ('a', 'a', 'a')`);
      await runner.query(`INSERT INTO parts VALUES ('a')`);
      await runner.changeColumn('samples', 'name', (await runner.getTable('samples'))!.findColumnByName('name')!);
    }
    async down(): Promise<void> {}
  }
  class Dangle4102445000000 implements MigrationInterface {
    async up(runner: QueryRunner): Promise<void> {
      await runner.query(`INSERT INTO parts VALUES ('nobody')`);
    }
    async down(): Promise<void> {}
  }
  await migrate(await database.another([...allMigrations, Rebuild4102444900000]));
  expect(await dataSource.query('SELECT * FROM parts')).toEqual([{ sample: 'a' }]);
  const dangling = await database.another([...allMigrations, Rebuild4102444900000, Dangle4102445000000]);
  await expect(migrate(dangling)).rejects.toThrow('rows of parts refer to rows that are not there');
  await expect(dangling.query(`INSERT INTO parts VALUES ('nobody')`)).rejects.toThrow('FOREIGN KEY');
});
