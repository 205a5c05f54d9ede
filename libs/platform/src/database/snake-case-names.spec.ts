import { EntitySchema } from 'typeorm';
import { createDataSource } from './data-source';

const things = new EntitySchema({
  name: 'things',
  columns: { id: { type: 'varchar', primary: true }, colour: { type: 'varchar', nullable: true, unique: true } },
});

it('names a constraint after its table, also where SQLite has to build that anew', async () => {
  const source = createDataSource({ engine: 'sqlite', file: ':memory:' }, { entities: [things], migrations: [] });
  await source.initialize();
  await source.query('CREATE TABLE "things" ("id" varchar PRIMARY KEY NOT NULL)');
  const { upQueries } = await source.driver.createSchemaBuilder().log();
  expect(upQueries.map(({ query }) => query).join()).toContain('CONSTRAINT "uq_things_colour" UNIQUE ("colour")');
  await source.destroy();
});
