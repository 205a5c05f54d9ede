import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger, type LoggerService } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import {
  DatabaseConnection,
  DatabaseModule,
  DatabaseProbe,
  databaseErrorOf,
  Db,
  engineOf,
  parseDatabaseUrl,
  Transaction,
} from '#platform';
import { createTestDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/databases/test-database';
import { asAdmin } from '../harness/databases/admin';
import { eventually } from '../harness/eventually';
import { allMigrations } from './open';
import { Sample } from './sample';
import { TcpProxy } from '../harness/tcp-proxy';

const INSERT = 'INSERT INTO samples (id, owner, name) VALUES (?, ?, ?)';

class Room {
  readonly probe: DatabaseProbe;
  readonly db: Db;
  readonly transaction: Transaction;

  private constructor(private readonly module: TestingModule) {
    this.probe = module.get(DatabaseProbe);
    this.db = module.get(Db);
    this.transaction = module.get(Transaction);
  }

  static async boot(url: string): Promise<Room> {
    const imports = [DatabaseModule.forRoot(parseDatabaseUrl(url), allMigrations), TypeOrmModule.forFeature([Sample])];
    const module = await Test.createTestingModule({ imports }).setLogger(logger).compile();
    return new Room(await module.init());
  }

  get dataSource(): DataSource {
    return this.module.get(DataSource);
  }

  whenOpen(): Promise<void> {
    return this.module.get(DatabaseConnection).whenOpen();
  }

  async isReady(): Promise<boolean> {
    return (await this.probe.check()) === 'healthy' && (await this.probe.schemaReady());
  }

  insert(name: string): Promise<number> {
    return this.db.execute(INSERT, [randomUUID(), 'bob', name]);
  }

  async names(): Promise<string[]> {
    return (await this.db.query<{ name: string }>('SELECT name FROM samples')).map(({ name }) => name).sort();
  }

  stop(): Promise<void> {
    return this.module.close();
  }
}

const errors: string[] = [];
const logger: LoggerService = {
  log: () => undefined,
  warn: () => undefined,
  error: (message: { reason?: string }) => errors.push(String(message.reason)),
};

let room: Room | undefined;
beforeEach(() => {
  Logger.overrideLogger(logger);
  errors.length = 0;
});
afterEach(async () => {
  await room?.stop();
  room = undefined;
});

async function unavailable(work: Promise<unknown>): Promise<void> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(databaseErrorOf(error)).toMatchObject({ kind: 'database_unavailable' });
}

async function endConnections(url: string): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  await asAdmin(url, async (admin) => {
    if (engineOf(admin.dataSource) === 'postgres') {
      const others = 'datname = $1 AND pid <> pg_backend_pid()';
      await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${others}`, [name]);
    } else {
      const others = 'DB = ? AND ID <> CONNECTION_ID()';
      const rows: { id: number }[] = await admin.query(
        `SELECT ID AS id FROM information_schema.PROCESSLIST WHERE ${others}`,
        [name],
      );
      for (const { id } of rows) await admin.query(`KILL ${id}`);
    }
  });
}

const describeServers = process.env.TEST_DATABASE_URL === undefined ? describe.skip : describe;

describeServers('a database server', () => {
  let database: TestDatabase;
  let proxy: TcpProxy;
  let url: string;

  beforeEach(async () => {
    database = await createTestDatabase();
    const behind = new URL(database.url);
    const defaultPort = behind.protocol.startsWith('postgres') ? 5432 : 3306;
    proxy = new TcpProxy(behind.hostname, Number(behind.port) || defaultPort);
    await proxy.open();
    behind.host = `127.0.0.1:${proxy.port}`;
    url = behind.href;
  });

  afterEach(async () => {
    await room?.stop();
    room = undefined;
    await proxy.close();
    await database.drop();
  });

  it('may be away at boot: it is connected and migrated when it comes', async () => {
    await proxy.close();
    room = await Room.boot(url);
    expect(await room.isReady()).toBe(false);
    await unavailable(room.names());
    await unavailable(room.transaction.run(async () => undefined));
    await unavailable(room.dataSource.getRepository(Sample).find());
    await proxy.open();
    await room.whenOpen();
    expect(await room.isReady()).toBe(true);
    await room.insert('first');
    expect(await room.names()).toEqual(['first']);
  }, 20_000);

  it('may be lost: whoever asks is told, and it is found again', async () => {
    const { probe, transaction } = (room = await Room.boot(url));
    expect(await room.isReady()).toBe(true);
    await room.insert('before');
    await proxy.close();
    await unavailable(room.insert('lost'));
    await unavailable(transaction.run((tx) => tx.query('SELECT 1')));
    expect(await probe.check()).toBe('unhealthy');
    expect(await probe.schemaReady()).toBe(false);
    await proxy.open();
    await eventually(() => room!.isReady());
    expect(await room.names()).toEqual(['before']);
  }, 20_000);

  it('may be lost within a transaction, of which nothing is kept then', async () => {
    const { transaction } = (room = await Room.boot(url));
    const cut = transaction.run(async (tx) => {
      await tx.execute(INSERT, [randomUUID(), 'bob', 'lost']);
      await proxy.close();
      await tx.execute(INSERT, [randomUUID(), 'bob', 'lost too']);
    });
    await unavailable(cut);
    await proxy.open();
    await eventually(() => room!.isReady());
    expect(await room.names()).toEqual([]);
  }, 20_000);

  it('may end our connections: idle ones are replaced, a transaction is told', async () => {
    const { transaction } = (room = await Room.boot(url));
    await Promise.all([room.insert('one'), room.insert('two')]);
    const cut = transaction.run(async (tx) => {
      await tx.execute(INSERT, [randomUUID(), 'bob', 'lost']);
      await endConnections(database.url);
      await tx.execute(INSERT, [randomUUID(), 'bob', 'lost too']);
    });
    await unavailable(cut);
    await eventually(() => room!.isReady());
    expect(await room.names()).toEqual(['one', 'two']);
  });

  it('may hang: nobody waits for ever', async () => {
    const { probe } = (room = await Room.boot(url));
    await room.insert('before');
    proxy.freeze();
    const asked = performance.now();
    const names = unavailable(room.names());
    expect(await probe.check()).toBe('unhealthy');
    expect(performance.now() - asked).toBeLessThan(3_000);
    await names;
    expect(performance.now() - asked).toBeLessThan(15_000);
    await unavailable(room.names());
    proxy.thaw();
    await eventually(() => room!.isReady());
    expect(await room.names()).toEqual(['before']);
  }, 40_000);

  it('may hang at boot', async () => {
    proxy.freeze();
    const booted = performance.now();
    room = await Room.boot(url);
    expect(performance.now() - booted).toBeLessThan(12_000);
    expect(await room.isReady()).toBe(false);
    proxy.thaw();
    await room.whenOpen();
    expect(await room.isReady()).toBe(true);
  }, 40_000);

  it('has a pool that ends: who comes too late is told', async () => {
    const { transaction, probe } = (room = await Room.boot(url));
    let letGo: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (letGo = resolve));
    const holders = Array.from({ length: 10 }, () => transaction.run(() => ended));
    await eventually(async () => (await probe.check()) === 'unhealthy');
    await unavailable(room.names());
    letGo();
    await Promise.all(holders);
    await eventually(() => room!.isReady());
  }, 20_000);

  it('may be read-only: readiness is false until it is not', async () => {
    if (!url.startsWith('postgres')) return;
    const name = new URL(url).pathname.slice(1);
    const makeReadOnly = async (value: string): Promise<void> => {
      await asAdmin(process.env.TEST_DATABASE_URL ?? '', (admin) =>
        admin.query(`ALTER DATABASE ${name} SET default_transaction_read_only = ${value}`),
      );
      await endConnections(database.url);
    };
    const { probe } = (room = await Room.boot(url));
    await makeReadOnly('on');
    await eventually(async () => (await probe.check()) === 'unhealthy');
    await unavailable(room.insert('lost'));
    await makeReadOnly('off');
    await eventually(() => room!.isReady());
    expect(await room.names()).toEqual([]);
  }, 20_000);

  it('may not have our database: the log says so, once', async () => {
    const nowhere = new URL(url);
    nowhere.pathname = '/cgb_test_nowhere';
    room = await Room.boot(nowhere.href);
    const { accepted } = proxy;
    await eventually(() => proxy.accepted >= accepted + 2);
    expect(errors).toEqual([expect.stringContaining('cgb_test_nowhere')]);
  }, 20_000);
});

describe('a SQLite file', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'outage-'))));
  afterEach(() => rm(folder, { recursive: true }));

  it('is made, with its folder, and migrated', async () => {
    room = await Room.boot(`sqlite:///${join(folder, 'data/chat.db')}`);
    expect(await room.isReady()).toBe(true);
    await room.insert('first');
    expect(await room.names()).toEqual(['first']);
  });

  it.each([
    ['a folder', 'folder'],
    ['no database', 'text'],
    ['below a file', 'text/chat.db'],
  ])('that is %s ends the boot, naming variable and path', async (_what, path) => {
    await mkdir(join(folder, 'folder'));
    await writeFile(join(folder, 'text'), 'no database, but long enough to be one'.repeat(100));
    const file = join(folder, path);
    await expect(Room.boot(`sqlite:///${file}`)).rejects.toThrow(`DATABASE_URL: ${file} cannot be used: `);
  });

  it('that may not be written makes readiness false', async () => {
    room = await Room.boot(`sqlite:///${join(folder, 'chat.db')}`);
    await room.dataSource.query('PRAGMA query_only = ON');
    await unavailable(room.insert('lost'));
    expect(await room.probe.check()).toBe('unhealthy');
    await room.dataSource.query('PRAGMA query_only = OFF');
    expect(await room.isReady()).toBe(true);
  });

  it('that is deleted, or has another in its place, makes readiness false', async () => {
    const file = join(folder, 'chat.db');
    room = await Room.boot(`sqlite:///${file}`);
    expect(await room.isReady()).toBe(true);
    await rename(file, join(folder, 'elsewhere.db'));
    expect(await room.isReady()).toBe(false);
    await copyFile(join(folder, 'elsewhere.db'), file);
    expect(await room.isReady()).toBe(false);
    await rename(join(folder, 'elsewhere.db'), file);
    expect(await room.isReady()).toBe(true);
  });
});
