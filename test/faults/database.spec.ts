import type { DataSource } from 'typeorm';
import { newId } from '#kernel';
import { createDataSource, parseDatabaseUrl } from '#platform';
import { type Client, limit, Outside } from '../e2e/chat/outside';
import { imbalanceOf } from '../harness/conservation';
import { createTestDatabase } from '../harness/database';
import { asAdmin } from '../harness/databases/admin';
import type { TestDatabase } from '../harness/databases/test-database';
import { eventually } from '../harness/eventually';
import { faultsIn, gapsIn } from '../harness/invariants';
import { openDb, type OpenDb } from '../harness/open-db';
import { textOf } from '../harness/sse-client';
import { TcpProxy } from '../harness/tcp-proxy';
import { says, startUpstream, type Upstream } from '../harness/upstream';

const { TEST_DATABASE_URL: SERVER = '' } = process.env;
const isPostgres = SERVER.startsWith('postgres');
const describeServers = SERVER === '' ? describe.skip : describe;
const describeSqlite = SERVER === '' ? describe : describe.skip;
const RECOVERY_MS = 10_000;
/** Until a turn of a process that lost it is somebody else's. */
const LEASE_MS = 20_000;

let database: TestDatabase;
let tables: OpenDb;
let upstream: Upstream;
let server: Outside;
let alice: Client;

const question = () => ({ content: `Hi ${newId()}`, max_tokens: 50 });
const statusAt = async (path: string): Promise<number> => (await fetch(server.server.baseUrl + path)).status;

async function sendNow(): Promise<string> {
  const begun = await server.ask<{ id: string }>('POST', 'conversations', alice, { body: { title: 'named' } });
  if (begun.status !== 201) return `${begun.status} ${begun.body.error.code}`;
  const sent = await server.send(alice, begun.body.data.id, question());
  return sent.status === 201 ? '201' : `${sent.status} ${sent.body.error.code}`;
}

/** Serves, keeps everything that it has said, and owes nothing. */
async function expectRecovery(): Promise<void> {
  await eventually(async () => (await statusAt('/health/ready')) === 200, RECOVERY_MS);
  expect(await sendNow()).toBe('201');
  const isQuiet = async () =>
    (await tables.db.query('SELECT turn_id FROM quota_holds')).length === 0 &&
    (await tables.db.query('SELECT id FROM conversations WHERE running_message_id IS NOT NULL')).length === 0;
  await eventually(isQuiet, LEASE_MS);
  expect([...(await faultsIn(tables.db)), ...(await gapsIn(tables.db))]).toEqual([]);
  expect(await imbalanceOf(tables.db, upstream.calls)).toEqual([]);
}

async function start(url: string): Promise<void> {
  server = await Outside.start({ ...database, url }, upstream, { MAX_CONCURRENT_TURNS: '100' });
  tables = await openDb(database.url);
  alice = await server.register();
  await limit(tables.db, alice, {});
}

beforeEach(() => upstream.otherwise(says('All', ' of it')));

async function end(): Promise<void> {
  await server.server.dispose();
  await Promise.all([upstream.close(), tables.close()]);
  await database.drop();
}

describeServers('a database server, and the way to it', () => {
  let proxy: TcpProxy;

  beforeAll(async () => {
    [database, upstream] = await Promise.all([createTestDatabase(), startUpstream()]);
    const before = await TcpProxy.before(database.url, isPostgres ? 5432 : 3306);
    proxy = before.proxy;
    await start(before.url);
  }, 60_000);
  afterEach(async () => {
    await proxy.heal();
    await expectRecovery();
  }, 60_000);
  afterAll(async () => {
    await end();
    await proxy.close();
  });

  const ways: readonly [string, () => unknown, (() => unknown)?][] = [
    ['slow', () => (proxy.delayMs = 40)],
    ['trickling', () => (proxy.bytesPerSecond = 20_000)],
    ['cut once', () => proxy.cut()],
    ['reset once', () => proxy.cut('reset')],
    ['away for a second', () => proxy.close()],
    ['silent for a second', () => proxy.freeze()],
  ];

  /** Ill until it is mended after a second, whatever waits for it meanwhile. */
  async function forASecond(hurt: () => unknown): Promise<void> {
    await hurt();
    setTimeout(() => void proxy.heal(), 1_000);
  }

  it.each(ways)('%s before a turn is opened: it is told, or served', async (_how, hurt) => {
    const conversation = await server.begin(alice);
    await forASecond(hurt);
    const sent = await server.send(alice, conversation, question());
    expect([201, 503]).toContain(sent.status);
    if (sent.status === 503) expect(sent.body.error.code).toBe('DATABASE_ERROR');
    expect(await statusAt('/health/live')).toBe(200);
  });

  it.each(ways)('%s between the opening and the first word: nothing is lost', async (_how, hurt) => {
    const gate = upstream.gate();
    upstream.otherwise(says(gate, 'Hello'));
    const asked = upstream.calls.length;
    const conversation = await server.begin(alice);
    const sending = server.send(alice, conversation, question());
    await eventually(() => upstream.calls.length > asked);
    await forASecond(hurt);
    gate.open();
    expect((await sending).body.data.assistant_message?.content).toBe('Hello');
  });

  it.each(ways)('%s in the middle of an answer: it comes to its end', async (_how, hurt) => {
    const [gate, last] = [upstream.gate(), upstream.gate()];
    upstream.otherwise(says('Hel', gate, 'lo', last, '!'));
    const stream = await server.stream(alice, await server.begin(alice), question());
    await stream.next();
    await forASecond(hurt);
    gate.open();
    await eventually(async () => (await statusAt('/health/live')) === 200);
    await proxy.heal();
    last.open();
    const events = await stream.rest();
    expect([textOf(events), events.at(-1)?.data.type]).toEqual(['Hello!', 'end']);
  });

  it.each(ways)('%s as an answer ends: its end waits for it', async (_how, hurt) => {
    const gate = upstream.gate();
    upstream.otherwise(says('Hello', gate, '!'));
    const stream = await server.stream(alice, await server.begin(alice), question());
    await stream.next();
    await forASecond(hurt);
    gate.open();
    const events = await stream.rest();
    expect([textOf(events), events.at(-1)?.data.type]).toEqual(['Hello!', 'end']);
  });

  // Nobody can know whether it was done.
  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'cut before it can answer what it has heard of a conversation, the %i. time: done once',
    async (times) => {
      const conversation = await server.begin(alice);
      const body = question();
      const key = { 'idempotency-key': newId() };
      proxy.cutAfterHearing(conversation, times);
      const first = await server.send(alice, conversation, body, key);
      expect([201, 503]).toContain(first.status);
      await proxy.heal();
      // One whose fate is not known runs until its lease is over.
      await eventually(async () => {
        const again = await server.send(alice, conversation, body, key);
        if (again.status !== 201) return false;
        expect(['All of it', '']).toContain(again.body.data.assistant_message?.content);
        return true;
      }, LEASE_MS);
      const calls = upstream.calls.filter((call) => call.body?.messages.at(-1)?.content === body.content);
      expect(calls.length).toBeLessThanOrEqual(1);
      const questions = await tables.db.query('SELECT id FROM messages WHERE content = ?', [body.content]);
      expect(questions).toHaveLength(1);
    },
    60_000,
  );

  it('read-only: reads are served, sends are told, and readiness says so', async () => {
    if (!isPostgres) return;
    const conversation = await server.begin(alice);
    await setReadOnly('on');
    await eventually(async () => (await statusAt('/health/ready')) === 503, RECOVERY_MS);
    const sent = await server.send(alice, conversation, question());
    expect([sent.status, sent.body.error.code]).toEqual([503, 'DATABASE_ERROR']);
    expect((await server.ask('GET', `conversations/${conversation}`, alice)).status).toBe(200);
    expect(await statusAt('/health/live')).toBe(200);
    await setReadOnly('off');
  });

  async function setReadOnly(value: string): Promise<void> {
    const name = new URL(database.url).pathname.slice(1);
    await asAdmin(SERVER, (admin) =>
      admin.query(`ALTER DATABASE ${name} SET default_transaction_read_only = ${value}`),
    );
    proxy.cut();
  }

  it('locked by another for longer than anybody waits: told, not waited for, and alive', async () => {
    const conversations = await Promise.all(Array.from({ length: 30 }, () => server.begin(alice)));
    const other = createDataSource(parseDatabaseUrl(database.url), { entities: [], migrations: [] });
    await other.initialize();
    const unlock = await lockMessages(other);
    const began = performance.now();
    const sending = conversations.map((conversation) => server.send(alice, conversation, question()));
    expect(await statusAt('/health/live')).toBe(200);
    const outcomes = new Set((await Promise.all(sending)).map(({ status, body }) => `${status} ${body.error?.code}`));
    expect([...outcomes]).toEqual(['503 DATABASE_ERROR']);
    expect(performance.now() - began).toBeLessThan(25_000);
    await unlock();
    await other.destroy();
  }, 60_000);

  async function lockMessages(other: DataSource): Promise<() => Promise<unknown>> {
    const runner = other.createQueryRunner();
    if (!isPostgres) {
      await runner.query('LOCK TABLES messages WRITE');
      return () => runner.query('UNLOCK TABLES').then(() => runner.release());
    }
    await runner.startTransaction();
    await runner.query('LOCK TABLE messages IN ACCESS EXCLUSIVE MODE');
    return () => runner.rollbackTransaction().then(() => runner.release());
  }
});

describeSqlite('a SQLite file', () => {
  beforeAll(async () => {
    [database, upstream] = await Promise.all([createTestDatabase(), startUpstream()]);
    await start(database.url);
  }, 60_000);
  afterEach(expectRecovery, 60_000);
  afterAll(end);

  /** As another program would that makes a backup, or has crashed and not let go. */
  async function locked(): Promise<() => Promise<unknown>> {
    const other = createDataSource(parseDatabaseUrl(database.url), { entities: [], migrations: [] });
    await other.initialize();
    await other.query('BEGIN IMMEDIATE');
    return async () => {
      await other.query('ROLLBACK');
      await other.destroy();
    };
  }

  it('that another program has locked: told, and served when it is free again', async () => {
    const conversations = await Promise.all(Array.from({ length: 10 }, () => server.begin(alice)));
    const unlock = await locked();
    const sending = conversations.map((conversation) => server.send(alice, conversation, question()));
    expect(await statusAt('/health/live')).toBe(200);
    const outcomes = (await Promise.all(sending)).map(({ status, body }) => `${status} ${body.error?.code}`);
    expect([...new Set(outcomes)]).toEqual(['503 DATABASE_ERROR']);
    await unlock();
  }, 60_000);

  it('that is locked as an answer ends: its end waits for it', async () => {
    const gate = upstream.gate();
    upstream.otherwise(says('Hello', gate, '!'));
    const stream = await server.stream(alice, await server.begin(alice), question());
    await stream.next();
    const unlock = await locked();
    setTimeout(() => void unlock(), 1_500);
    gate.open();
    const events = await stream.rest();
    expect([textOf(events), events.at(-1)?.data.type]).toEqual(['Hello!', 'end']);
  }, 60_000);

  it('two hundred write at once: nothing is lost', async () => {
    const conversations = await Promise.all(Array.from({ length: 80 }, () => server.begin(alice)));
    const sends = conversations.map((conversation) => server.send(alice, conversation, question()));
    const renames = conversations.map((conversation, at) =>
      server.ask('PATCH', `conversations/${conversation}`, alice, { body: { title: `title ${at}` } }),
    );
    const folk = Array.from({ length: 40 }, () => server.register());
    const statuses = new Set((await Promise.all([...sends, ...renames])).map(({ status }) => status));
    expect([[...statuses].sort(), (await Promise.all(folk)).length]).toEqual([[200, 201], 40]);
    const said = await tables.db.query<{ n: number }>(
      `SELECT COUNT(*) AS n FROM messages WHERE conversation_id IN (${conversations.map(() => '?').join()})`,
      conversations,
    );
    expect(Number(said[0]?.n)).toBe(160);
  }, 60_000);
});
