import { text } from 'node:stream/consumers';
import { newId } from '#kernel';
import { type Client, limit, Outside } from '../e2e/chat/outside';
import { imbalanceOf } from '../harness/conservation';
import { createTestDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/databases/test-database';
import { eventually } from '../harness/eventually';
import { faultsIn, gapsIn } from '../harness/invariants';
import { openDb, type OpenDb } from '../harness/open-db';
import { describeWithRedis, RedisServer } from '../harness/redis-server';
import { textOf } from '../harness/sse-client';
import { TcpProxy } from '../harness/tcp-proxy';
import { says, startUpstream, type Upstream } from '../harness/upstream';

const LEFT = 6;
const AT_ONCE = 16;
/** Once it is there again. */
const RECOVERY_MS = 15_000;
const PASSWORD = 'a password that nobody was told';

let database: TestDatabase;
let tables: OpenDb;
let upstream: Upstream;
let redis: RedisServer;
let proxy: TcpProxy;
let processes: [Outside, Outside];
let alice: Client;

const both = (at: number) => processes[at % 2] as Outside;

async function stateOfRedis({ server }: Outside): Promise<string> {
  const answer = await fetch(`${server.baseUrl}/health`);
  const { services } = (await answer.json()) as { services: { redis: string } };
  return `${answer.status} ${services.redis}`;
}

const recovered = () =>
  eventually(async () => {
    const states = await Promise.all(processes.map(stateOfRedis));
    return states.every((state) => state === '200 healthy');
  }, RECOVERY_MS);

/** Questions are all different, so that the books can be held against the upstream's. */
const question = () => ({ content: `Hi ${newId()}`, max_tokens: 50 });

describeWithRedis('Redis, between two processes and their clients', () => {
  beforeAll(async () => {
    [database, upstream, redis] = await Promise.all([createTestDatabase(), startUpstream(), RedisServer.start()]);
    proxy = new TcpProxy('127.0.0.1', redis.port);
    await proxy.open();
    const environment = { REDIS_URL: `redis://127.0.0.1:${proxy.port}/0`, MAX_CONCURRENT_TURNS: '100' };
    const start = () => Outside.start(database, upstream, environment);
    processes = await Promise.all([start(), start()]);
    tables = await openDb(database.url);
  }, 120_000);
  beforeEach(async () => {
    upstream.otherwise(says('All', ' of it'));
    alice = await processes[0].register();
    await limit(tables.db, alice, { requests: LEFT });
    await recovered();
  });
  afterAll(async () => {
    await Promise.all(processes.map(({ server }) => server.dispose()));
    await Promise.all([proxy.close(), redis.stop(), upstream.close(), tables.close()]);
    await database.drop();
  });

  const nothing = () => Promise.resolve();
  const tell = (...command: string[]) => redis.tell(...command);
  const faults: readonly [string, () => unknown, () => unknown][] = [
    ['slow', () => (proxy.delayMs = 120), nothing],
    ['slower than anybody waits', () => (proxy.delayMs = 3_000), nothing],
    ['answering some bytes a second', () => (proxy.bytesPerSecond = 50), nothing],
    ['cut off', () => proxy.close(), nothing],
    ['reset', () => proxy.cut('reset'), nothing],
    ['half-open: it accepts, and nothing comes', () => proxy.freeze(), nothing],
    ['gone without a word, and others are there in its place', () => proxy.lose(), nothing],
    ['stopped', () => redis.freeze(), () => redis.resume()],
    ['killed, and empty when it is back', () => redis.kill(), () => redis.restart()],
    ['out of memory', () => tell('CONFIG', 'SET', 'maxmemory', '1'), () => tell('CONFIG', 'SET', 'maxmemory', '0')],
    [
      'of another password',
      async () => {
        await tell('CONFIG', 'SET', 'requirepass', PASSWORD);
        proxy.cut();
      },
      () => redis.tell('-a', PASSWORD, 'CONFIG', 'SET', 'requirepass', ''),
    ],
    ['emptied', () => tell('FLUSHALL'), nothing],
    ['without its scripts', () => tell('SCRIPT', 'FLUSH'), nothing],
    ['read-only', () => tell('REPLICAOF', '127.0.0.1', '1'), () => tell('REPLICAOF', 'NO', 'ONE')],
    ['paused', () => tell('CLIENT', 'PAUSE', '4000', 'ALL'), nothing],
    ['full of values of another kind', () => fillWithLists(), () => tell('FLUSHALL')],
  ];

  /** Keys that the server has made, each with a list in its place. */
  async function fillWithLists(): Promise<void> {
    const keys = (await tell('KEYS', '*')).split('\n').filter((key) => key !== '');
    for (const key of keys) await tell('EVAL', `redis.call('DEL',KEYS[1]);redis.call('LPUSH',KEYS[1],'x')`, '1', key);
  }

  it.each(faults)(
    'may be %s: it is served, no request too many is, and all is well afterwards',
    async (_name, hurt, mend) => {
      const gate = upstream.gate();
      const asked = question();
      const before = upstream.calls.length;
      upstream.answers(says('Hel', gate, 'lo'));
      const conversation = await processes[0].begin(alice);
      const stream = await processes[0].stream(alice, conversation, asked);
      const start = await stream.next();
      if (start?.data.type !== 'start') throw new Error(`it has not begun: ${stream.status}`);
      const follower = await processes[1].open(`messages/${start.data.message_id}/stream`, alice);

      await hurt();
      const sent = await Promise.all(
        Array.from({ length: AT_ONCE }, async (_, at) => {
          const answer = await both(at).send(alice, await both(at + 1).begin(alice), question());
          return `${answer.status} ${answer.body.error?.code ?? ''}`.trim();
        }),
      );
      expect(sent.sort()).toEqual([
        ...Array<string>(LEFT - 1).fill('201'),
        ...Array<string>(AT_ONCE - LEFT + 1).fill('429 QUOTA_EXCEEDED'),
      ]);
      gate.open();
      const told = await Promise.all([stream.rest(), follower.rest()]);
      expect(told.map(textOf)).toEqual(['Hello', 'Hello']);
      for (const events of told) expect(events.at(-1)?.data).toMatchObject({ type: 'end', status: 'complete' });
      for (const { server } of processes) expect((await fetch(`${server.baseUrl}/health/ready`)).status).toBe(200);

      await mend();
      await proxy.heal();
      await recovered();
      expect(upstream.calls.length - before).toBe(LEFT);
      expect([...(await faultsIn(tables.db)), ...(await gapsIn(tables.db))]).toEqual([]);
      expect(await imbalanceOf(tables.db, upstream.calls)).toEqual([]);
    },
    60_000,
  );

  it('limits hold in each process while it is away, and are told', async () => {
    await proxy.close();
    const own = { ...{ DATABASE_URL: database.url, REDIS_URL: `redis://127.0.0.1:${proxy.port}/0` } };
    const limited = await Outside.start(database, upstream, { ...own, RATE_LIMIT_SEND: '3/60' });
    const statuses: string[] = [];
    for (let sent = 0; sent < 5; sent++) {
      const { status, headers } = await limited.send(alice, await limited.begin(alice), question());
      statuses.push(`${status} ${headers.get('retry-after') === null ? '' : 'later'}`.trim());
    }
    expect(statuses).toEqual(['201', '201', '201', '429 later', '429 later']);
    await proxy.heal();
    await eventually(async () => (await stateOfRedis(limited)) === '200 healthy', RECOVERY_MS);
    limited.server.child.kill('SIGTERM');
    expect(await limited.server.ended).toBe(0);
    await limited.server.dispose();
  }, 60_000);

  it('its address and its password are in no log', async () => {
    const { server } = await Outside.start(database, upstream, {
      REDIS_URL: `redis://:canary-of-redis@127.0.0.1:${proxy.port}/0`,
    });
    await server.says('Redis');
    expect(server.output()).not.toContain('canary-of-redis');
    expect(await text((await fetch(`${server.baseUrl}/health`)).body ?? new ReadableStream())).not.toContain('canary');
    await server.dispose();
  }, 60_000);
});
