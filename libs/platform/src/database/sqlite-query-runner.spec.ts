import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTick } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Column, type DataSource, Entity, PrimaryColumn } from 'typeorm';
import { columns } from './columns';
import { createDataSource } from './data-source';
import { Db } from './db';
import { Transaction } from './transaction';

@Entity('notes')
class Note {
  @PrimaryColumn(columns.text(50))
  id!: string;

  @Column(columns.time)
  at!: Date;
}

const AT = new Date('2026-01-01T00:00:00.123Z');
const INSERT = 'INSERT INTO notes (id, at) VALUES (?, ?)';

Logger.overrideLogger(false);

let folder: string;
let dataSource: DataSource;
let db: Db;
let transaction: Transaction;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sqlite-'));
  dataSource = await open();
  db = new Db(dataSource.manager);
  transaction = new Transaction(dataSource);
  await dataSource.query('CREATE TABLE notes (id varchar(50) PRIMARY KEY NOT NULL, at datetime(3) NOT NULL)');
});

afterEach(async () => {
  await dataSource.destroy();
  await rm(folder, { recursive: true });
});

function open(): Promise<DataSource> {
  const file = join(folder, 'not/there/yet/chat.db');
  return createDataSource({ engine: 'sqlite', file }, { entities: [Note], migrations: [] }).initialize();
}

async function stored(): Promise<string[]> {
  const rows = await db.query<{ id: string }>('SELECT id FROM notes');
  return rows.map(({ id }) => id).sort();
}

const rolledBack = new Error('rolled back on purpose');

describe('many callers at once', () => {
  it('keep exactly what they committed, whatever the others do', async () => {
    const kinds: Record<string, (id: string) => Promise<unknown>> = {
      commit: (id) =>
        transaction.run(async (tx) => {
          await tx.execute(INSERT, [`${id}-a`, AT]);
          await nextTick();
          await tx.getRepository(Note).save({ id: `${id}-b`, at: AT });
        }),
      rollback: (id) =>
        transaction.run(async (tx) => {
          await tx.getRepository(Note).insert({ id: `${id}-a`, at: AT });
          await nextTick();
          await tx.execute(INSERT, [`${id}-b`, AT]);
          throw rolledBack;
        }),
      savepoint: (id) =>
        transaction.run(async (tx) => {
          await tx.execute(INSERT, [`${id}-a`, AT]);
          const lost = tx.savepoint(async () => {
            await tx.execute(INSERT, [`${id}-lost`, AT]);
            await nextTick();
            throw rolledBack;
          });
          await expect(lost).rejects.toBe(rolledBack);
          await tx.savepoint(() => tx.execute(INSERT, [`${id}-b`, AT]));
        }),
      typeorm: (id) =>
        dataSource.transaction(async (manager) => {
          await manager.insert(Note, { id: `${id}-a`, at: AT });
          await nextTick();
          await manager.insert(Note, { id: `${id}-b`, at: AT });
        }),
      save: (id) => dataSource.getRepository(Note).save([`${id}-a`, `${id}-b`].map((each) => ({ id: each, at: AT }))),
      'failing save': (id) =>
        dataSource.getRepository(Note).insert([`${id}-a`, `${id}-a`].map((each) => ({ id: each, at: AT }))),
      plain: (id) => Promise.all([db.execute(INSERT, [`${id}-a`, AT]), db.execute(INSERT, [`${id}-b`, AT])]),
    };
    const work = Array.from({ length: 100 }, (_, round) => round).flatMap((round) =>
      Object.entries(kinds).map(async ([kind, run]) => {
        for (let ticks = round % 7; ticks > 0; ticks--) await nextTick();
        await run(`${kind} ${round}`);
        return [`${kind} ${round}-a`, `${kind} ${round}-b`];
      }),
    );
    const outcomes = await Promise.allSettled(work);
    const kept = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []));
    expect(kept).toHaveLength(100 * 5 * 2);
    expect(await stored()).toEqual(kept.sort());
  });

  it('are served in the order in which they came', async () => {
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        transaction.run(async (tx) => {
          await tx.query('SELECT 1');
          order.push(i);
        }),
      ),
    );
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it('count without losing one, through two connections to the file', async () => {
    const other = await open();
    await db.execute(INSERT, ['0', AT]);
    const increment = (source: DataSource) =>
      new Transaction(source).run(async (tx) => {
        const [row] = await tx.query<{ id: string }>('SELECT id FROM notes');
        await nextTick();
        await tx.execute('UPDATE notes SET id = ?', [String(Number(row?.id) + 1)]);
      });
    await Promise.all(Array.from({ length: 60 }, (_, i) => increment(i % 2 === 0 ? dataSource : other)));
    await other.destroy();
    expect(await stored()).toEqual(['60']);
  });
});

describe('the line', () => {
  it('moves on after a transaction that could not begin, commit or end well', async () => {
    const other = await open();
    const blocker = other.createQueryRunner();
    await blocker.startTransaction();
    const began = dataSource.createQueryRunner().startTransaction();
    await expect(began).rejects.toThrow('database is locked');
    await blocker.release();
    await other.destroy();

    await dataSource.query('PRAGMA foreign_keys = ON');
    await dataSource.query('CREATE TABLE parts (note varchar(50) REFERENCES notes (id) DEFERRABLE INITIALLY DEFERRED)');
    const dangling = transaction.run((tx) => tx.execute('INSERT INTO parts VALUES (?)', ['nobody']));
    await expect(dangling).rejects.toThrow('FOREIGN KEY constraint failed');

    const abandoned = dataSource.createQueryRunner();
    await abandoned.startTransaction();
    await abandoned.query(INSERT, ['abandoned', AT]);
    await abandoned.release();

    await db.execute(INSERT, ['after', AT]);
    expect(await stored()).toEqual(['after']);
    expect(await db.query('SELECT * FROM parts')).toEqual([]);
  }, 15_000);

  it('waits for a statement of another connection without blocking the process', async () => {
    const other = await open();
    const blocker = other.createQueryRunner();
    await blocker.startTransaction();
    const insert = db.execute(INSERT, ['patient', AT]);
    for (let i = 0; i < 20; i++) await nextTick();
    await blocker.query(INSERT, ['first', AT]);
    await blocker.commitTransaction();
    await insert;
    await other.destroy();
    expect(await stored()).toEqual(['first', 'patient']);
  });
});

describe('a query beside the open transaction', () => {
  it('is refused at once instead of waiting for itself', async () => {
    for (const beside of [
      () => db.query('SELECT 1'),
      () => dataSource.getRepository(Note).find(),
      () => dataSource.getRepository(Note).save({ id: 'beside', at: AT }),
      () => transaction.run(async () => undefined),
    ]) {
      await expect(transaction.run(async () => beside())).rejects.toThrow('beside the open transaction');
    }
    expect(await stored()).toEqual([]);
  });

  it('may be put by work that outlives the transaction, and by others meanwhile', async () => {
    let outlives: Promise<number> | undefined;
    let letGo: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (letGo = resolve));
    const other = transaction.run(async (tx) => {
      outlives = ended.then(() => db.execute(INSERT, ['later', AT]));
      await tx.execute(INSERT, ['inside', AT]);
    });
    await Promise.all([other, db.execute(INSERT, ['meanwhile', AT])]);
    letGo();
    await outlives;
    expect(await stored()).toEqual(['inside', 'later', 'meanwhile']);
  });
});

it('keeps times to the millisecond, as text that sorts', async () => {
  await db.execute(INSERT, ['raw', AT]);
  await dataSource.getRepository(Note).save({ id: 'orm', at: AT });
  expect(await db.query('SELECT DISTINCT at FROM notes')).toEqual([{ at: '2026-01-01 00:00:00.123' }]);
  expect(await dataSource.getRepository(Note).findBy({ at: AT })).toHaveLength(2);
});

it('writes ahead and syncs fully', async () => {
  expect(await db.query('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }]);
  expect(await db.query('PRAGMA synchronous')).toEqual([{ synchronous: 2 }]);
  expect(await db.query('PRAGMA foreign_keys')).toEqual([{ foreign_keys: 1 }]);
});
