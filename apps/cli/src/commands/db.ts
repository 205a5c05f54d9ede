import { schemaIsCurrent } from '#platform';
import type { Command } from '../command';
import { withDatabase } from '../database';

export const dbStatus: Command = {
  name: 'db status',
  summary: 'whether the database answers and its schema is current',
  run: () =>
    withDatabase(async ({ dataSource }) => {
      const current = await schemaIsCurrent(dataSource);
      console.log(current ? 'The schema is current.' : 'Migrations are pending: run npm run cli -- db migrate');
      process.exitCode = current ? 0 : 1;
    }),
};

export const dbMigrate: Command = {
  name: 'db migrate',
  summary: 'apply the migrations that are pending',
  run: () =>
    withDatabase(async ({ dataSource }) => {
      const applied = await dataSource.runMigrations();
      console.log(applied.length === 0 ? 'Nothing to do.' : `Applied: ${applied.map(({ name }) => name).join(', ')}`);
    }),
};
