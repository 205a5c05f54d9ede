import { randomUUID } from 'node:crypto';
import { Db, Transaction } from '#platform';
import { type OpenDatabase, openTestDatabase } from './open';

const INSERT = 'INSERT INTO samples (id, owner, name) VALUES (?, ?, ?)';

let database: OpenDatabase;
let db: Db;

beforeAll(async () => {
  database = await openTestDatabase();
  db = new Db(database.dataSource.manager);
});
afterAll(() => database.drop());
beforeEach(() => db.execute('DELETE FROM samples'));

/** What a connection has answered once it answers otherwise than before: it is put several times, to several connections. */
const often = <T>(ask: () => Promise<T>) => Promise.all(Array.from({ length: 30 }, ask));

describe('a statement that is put again and again', () => {
  it('answers the same values each time, nothing included', async () => {
    await db.execute(INSERT, [randomUUID(), 'bob', 'one']);
    const sql = `SELECT name AS "name", CAST(NULL AS CHAR(3)) AS "nothing", ? AS "given", 7 AS "number" FROM samples`;
    const answers = await often(() => db.ask({ sql, values: ['text'] }));
    const more = await often(() => db.ask({ sql, values: ['another'] }));
    expect(new Set([...answers, ...more].map((rows) => JSON.stringify(rows)))).toEqual(
      new Set(['text', 'another'].map((given) => JSON.stringify([{ name: 'one', nothing: null, given, number: 7 }]))),
    );
  });

  it('answers as many rows as there are', async () => {
    const part = { sql: 'SELECT name AS "name" FROM samples WHERE owner = ? ORDER BY name', values: ['bob'] };
    await often(() => db.ask(part));
    for (const name of ['a', 'b', 'c']) await db.execute(INSERT, [randomUUID(), 'bob', name]);
    for (const rows of await often(() => db.ask(part)))
      expect(rows).toEqual([{ name: 'a' }, { name: 'b' }, { name: 'c' }]);
    await db.execute('DELETE FROM samples');
    for (const rows of await often(() => db.ask(part))) expect(rows).toEqual([]);
  });

  it('fails and succeeds by turns', async () => {
    const id = randomUUID();
    const insert = () =>
      db.ask({ sql: INSERT, values: [id, 'bob', 'one'] }).then(
        () => 'put',
        () => 'refused',
      );
    expect((await often(insert)).filter((outcome) => outcome === 'put')).toHaveLength(1);
    await db.execute('DELETE FROM samples');
    expect((await often(insert)).filter((outcome) => outcome === 'put')).toHaveLength(1);
  });

  it('answers in transactions what it answers outside', async () => {
    const transaction = new Transaction(database.dataSource);
    await db.execute(INSERT, [randomUUID(), 'bob', 'one']);
    const part = { sql: 'SELECT name AS "name", owner AS "owner" FROM samples', values: [] };
    const inside = await often(() => transaction.run((tx) => tx.ask(part)));
    const outside = await often(() => db.ask(part));
    for (const rows of [...inside, ...outside]) expect(rows).toEqual([{ name: 'one', owner: 'bob' }]);
  });
});
