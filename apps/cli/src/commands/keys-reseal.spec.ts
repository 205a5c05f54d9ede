import { createSqliteDatabase } from '../../../../test/harness/databases/sqlite';
import { openDb } from '../../../../test/harness/open-db';
import { sealedColumns } from './keys-reseal';

it('knows of every column that by its name lies sealed', async () => {
  const database = await createSqliteDatabase();
  const { db, close } = await openDb(database.url);
  const found = await db.query(
    `SELECT tables.name AS "table", columns.name AS "column"
     FROM sqlite_master AS tables JOIN pragma_table_info(tables.name) AS columns
     WHERE tables.type = 'table' AND columns.name LIKE '%sealed%'`,
  );
  const known = sealedColumns.map(({ table, column }) => ({ table, column }));
  expect(found).toEqual(expect.arrayContaining(known));
  expect(known).toHaveLength(found.length);
  await close();
  await database.drop();
});
