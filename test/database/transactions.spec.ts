import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { AppError } from '#kernel';
import {
  createDataSource,
  databaseErrorOf,
  Db,
  type Engine,
  engineOf,
  isUniqueViolation,
  parseDatabaseUrl,
  together,
  Transaction,
  timeOf,
} from '#platform';
import { type OpenDatabase, openTestDatabase } from './open';
import { Sample } from './sample';

const INSERT = 'INSERT INTO samples (id, owner, name) VALUES (?, ?, ?)';

let database: OpenDatabase;
let dataSource: DataSource;
let engine: Engine;
let db: Db;
let transaction: Transaction;

beforeAll(async () => {
  database = await openTestDatabase();
  dataSource = database.dataSource;
  engine = engineOf(dataSource);
  db = new Db(dataSource.manager);
  transaction = new Transaction(dataSource);
});

afterAll(() => database.drop());

beforeEach(() => db.execute('DELETE FROM samples'));

async function names(): Promise<string[]> {
  const rows = await db.query<{ name: string }>('SELECT name FROM samples');
  return rows.map(({ name }) => name).sort();
}

const sample = (name: string): [string, string, string] => [randomUUID(), 'bob', name];
const failure = new Error('on purpose');

describe('a transaction', () => {
  it('keeps all of its work, or nothing', async () => {
    const answer = await transaction.run(async (tx) => {
      await tx.execute(INSERT, sample('sql'));
      const [id, owner, name] = sample('orm');
      await tx.getRepository(Sample).save({ id, owner, name });
      return 'kept';
    });
    expect(answer).toBe('kept');
    const undone = transaction.run(async (tx) => {
      await tx.execute(INSERT, sample('lost'));
      throw failure;
    });
    await expect(undone).rejects.toBe(failure);
    expect(await names()).toEqual(['orm', 'sql']);
  });

  it('goes on after a savepoint that failed, and undoes one that was kept if it fails itself', async () => {
    await transaction.run(async (tx) => {
      await tx.execute(INSERT, sample('first'));
      const twice = tx.savepoint(async () => {
        await tx.execute(INSERT, sample('second'));
        await tx.execute(INSERT, sample('first'));
      });
      await expect(twice).rejects.toThrow();
      await tx.savepoint(() => tx.execute(INSERT, sample('third')));
    });
    const undone = transaction.run(async (tx) => {
      await tx.savepoint(() => tx.execute(INSERT, sample('fourth')));
      throw failure;
    });
    await expect(undone).rejects.toBe(failure);
    expect(await names()).toEqual(['first', 'third']);
  });

  it('is doomed by a statement that failed, even if the work goes on', async () => {
    const doomed = transaction.run(async (tx) => {
      await tx.execute(INSERT, sample('one'));
      await tx
        .getRepository(Sample)
        .insert({ id: randomUUID(), owner: 'bob', name: 'one' })
        .catch(() => undefined);
    });
    await expect(doomed).rejects.toThrow();
    expect(await names()).toEqual([]);
  });

  it('keeps what its last statements do, or nothing of it where one of them fails', async () => {
    const insert = (...given: readonly string[]) =>
      transaction.run((tx) => tx.last(together(...given.map((name) => tx.execute(INSERT, sample(name))))));
    expect(await insert('one', 'two')).toEqual([1, 1]);
    const refusal: unknown = await insert('three', 'one', 'four').catch((error: unknown) => error);
    expect(isUniqueViolation(refusal)).toBe(true);
    expect(await insert('five')).toEqual([1]);
    expect(await names()).toEqual(['five', 'one', 'two']);
  });

  it('takes nothing more after its last statements', async () => {
    const late = transaction.run(async (tx) => {
      await tx.last(tx.execute(INSERT, sample('last')));
      await tx.execute(INSERT, sample('late'));
    });
    if (engine === 'postgres') await expect(late).rejects.toThrow();
    else await late;
    expect(await names()).toEqual(engine === 'postgres' ? ['last'] : ['last', 'late']);
  });

  it('refuses a query beside it', async () => {
    const beside = transaction.run(() => db.query('SELECT 1'));
    await expect(beside).rejects.toThrow('beside the open transaction');
  });

  it('runs again after a deadlock', async () => {
    await db.execute(INSERT, sample('a'));
    await db.execute(INSERT, sample('b'));
    const add = (tx: Db, name: string) => tx.execute('UPDATE samples SET total = total + 1 WHERE name = ?', [name]);
    let attempts = 0;
    let holding = 0;
    let bothHold: () => void = () => undefined;
    const crossed = new Promise<void>((resolve) => (bothHold = resolve));
    const cross = (first: string, second: string) =>
      transaction.run(async (tx) => {
        attempts++;
        await add(tx, first);
        if (++holding === 2) bothHold();
        // SQLite lets nobody begin meanwhile.
        if (engine !== 'sqlite') await crossed;
        await add(tx, second);
      });
    await Promise.all([cross('a', 'b'), cross('b', 'a')]);
    expect(await db.query('SELECT total FROM samples')).toEqual([{ total: 2 }, { total: 2 }]);
    if (engine !== 'sqlite') expect(attempts).toBeGreaterThan(2);
  }, 30_000);

  it('gives up on a row that stays locked, as one whose database is away', async () => {
    await db.execute(INSERT, sample('held'));
    const holder = (await database.another()).createQueryRunner();
    await holder.startTransaction();
    await holder.query(`UPDATE samples SET total = 1 WHERE name = 'held'`);
    const patience = transaction.run((tx) => tx.execute(`UPDATE samples SET total = 2 WHERE name = 'held'`));
    await expect(patience).rejects.toMatchObject({ kind: 'database_unavailable' });
    await holder.rollbackTransaction();
    await holder.release();
  }, 30_000);

  it('never overspends, however many spend at once', async () => {
    await db.execute(INSERT, sample('purse'));
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, () =>
        transaction.run((tx) => tx.execute(`UPDATE samples SET total = total + 1 WHERE name = 'purse' AND total < 30`)),
      ),
    );
    expect(outcomes.filter((rows) => rows === 1)).toHaveLength(30);
    expect(await db.query('SELECT total FROM samples')).toEqual([{ total: 30 }]);
  });
});

describe('a unique violation', () => {
  const violation = (values: readonly [string, string, string]) =>
    db.execute(INSERT, values).catch((error: unknown) => error);

  it('tells its columns', async () => {
    const first = sample('same');
    await db.execute(INSERT, first);
    const byName = await violation(sample('same'));
    expect(isUniqueViolation(byName)).toBe(true);
    expect(isUniqueViolation(byName, 'samples', 'owner', 'name')).toBe(true);
    expect(isUniqueViolation(byName, 'samples', 'name')).toBe(false);
    expect(isUniqueViolation(byName, 'users', 'owner', 'name')).toBe(false);
    const byId = await violation([first[0], 'bob', 'other']);
    expect(isUniqueViolation(byId)).toBe(true);
    expect(isUniqueViolation(byId, 'samples', 'owner', 'name')).toBe(false);
    expect(databaseErrorOf(byId)).toBeUndefined();
  });

  it('is none of another kind', async () => {
    const tooFew = await db
      .execute('INSERT INTO samples (id, owner) VALUES (?, ?)', [randomUUID(), 'bob'])
      .catch((e: unknown) => e);
    expect(isUniqueViolation(tooFew)).toBe(false);
    expect(isUniqueViolation(failure)).toBe(false);
    expect(databaseErrorOf(tooFew)).toBeUndefined();
    expect(databaseErrorOf(failure)).toBeUndefined();
  });

  it('is none where letters differ in case, accents or blanks inside', async () => {
    await Promise.all(['name', 'Name', 'nàme', 'na me', '名字'].map((name) => db.execute(INSERT, sample(name))));
    expect(await db.query('SELECT id FROM samples WHERE name = ?', ['NAME'])).toEqual([]);
  });
});

it('counts the rows that a statement found, changed or not', async () => {
  await db.execute(INSERT, sample('a'));
  await db.execute(INSERT, sample('b'));
  expect(await db.execute('UPDATE samples SET count = 7')).toBe(2);
  expect(await db.execute('UPDATE samples SET count = 7 WHERE name = ?', ['nobody'])).toBe(0);
  expect(await db.execute('DELETE FROM samples')).toBe(2);
});

it('gives every value back as it was', async () => {
  const written: Sample = {
    id: randomUUID(),
    owner: 'ann',
    name: `'"\\%_?;--$1 😀`,
    body: '名'.repeat(100_000),
    count: -2_147_483_648,
    total: Number.MAX_SAFE_INTEGER,
    isOn: false,
    seenAt: new Date('2026-03-29T01:30:00.123Z'),
    extra: { list: [1, null, 'é😀'], nested: { yes: true } },
  };
  const repository = dataSource.getRepository(Sample);
  await repository.save(written);
  expect(await repository.findOneByOrFail({ seenAt: written.seenAt ?? undefined })).toEqual(written);

  await db.execute('UPDATE samples SET name = ?, seen_at = ?, is_on = ?', [written.name, written.seenAt, true]);
  const [row] = await db.query<{ name: string; total: number; seen_at: Date | string }>(
    'SELECT name, total, seen_at FROM samples WHERE is_on = ? AND seen_at = ?',
    [true, written.seenAt],
  );
  expect({ ...row, seen_at: timeOf(row?.seen_at ?? '') }).toEqual({
    name: written.name,
    total: written.total,
    seen_at: written.seenAt,
  });
  const sums = await db.query('SELECT COUNT(*) AS n, SUM(count) AS sum, AVG(count) AS mean FROM samples');
  expect(sums).toEqual([{ n: 1, sum: written.count, mean: written.count }]);
});

it('refuses text that is too long where the engine has lengths', async () => {
  const long = db.execute(INSERT, [randomUUID(), 'bob', 'x'.repeat(51)]);
  if (engine === 'sqlite') await long;
  else await expect(long).rejects.toThrow();
});

it('answers database_unavailable before it was ever connected', async () => {
  const early = createDataSource(parseDatabaseUrl(database.url), { entities: [Sample], migrations: [] });
  const unavailable = expect.objectContaining({ kind: 'database_unavailable' }) as AppError;
  for (const ask of [
    () => new Db(early.manager).query('SELECT 1'),
    () => early.getRepository(Sample).find(),
    () => early.getRepository(Sample).createQueryBuilder('sample').getMany(),
    () => early.getRepository(Sample).save({ id: randomUUID() }),
    () => new Transaction(early).run(async () => undefined),
  ]) {
    await expect((async () => ask())()).rejects.toEqual(unavailable);
  }
});
