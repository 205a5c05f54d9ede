import { setTimeout as wait } from 'node:timers/promises';
import { newId } from '#kernel';
import { type Answered, type Client, limit, Outside } from '../e2e/chat/outside';
import type { MessageView } from '../e2e/chat/talk';
import { createTestDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/databases/test-database';
import { faultsIn, gapsIn } from '../harness/invariants';
import { openDb } from '../harness/open-db';
import { RedisTestCluster } from '../harness/redis-cluster';
import { claimTestRedis } from '../harness/redis-url';
import { type SseClient, textOf } from '../harness/sse-client';
import { pause, says, startUpstream, type Upstream } from '../harness/upstream';
import { withTool } from './files';
import { Nginx } from './nginx';

jest.setTimeout(90_000);

const { TEST_DATABASE_URL, TEST_REDIS_URL } = process.env;
const tool = withTool('nginx');
// One server of databases is as good as another for what is shown here. Both at once: most of it is waiting.
const isServed = TEST_DATABASE_URL?.startsWith('postgres') && TEST_REDIS_URL && tool.note === '';
const onServices = isServed ? it.concurrent : it.skip;
const USERS = 3;
const STREAMS = 6;
const PATIENCE_MS = 30_000;
/** Some seconds long, so that something happens to it. */
const WORDS = Array.from({ length: 40 }, (_, at) => `word ${at} `);

/** Processes on one database and one Redis, and nginx before them that sends each request to the next. */
class Cluster {
  private constructor(
    readonly database: TestDatabase,
    readonly upstream: Upstream,
    readonly replicas: Outside[],
    private readonly nginx: Nginx,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  static async start(count: number, redis: { REDIS_URL?: string }): Promise<Cluster> {
    const [database, upstream] = await Promise.all([createTestDatabase(), startUpstream()]);
    const environment = { ...redis, TRUST_PROXY: '1', MAX_CONCURRENT_TURNS: '100' };
    const start = () => Outside.start(database, upstream, environment);
    const replicas = await Promise.all(Array.from({ length: count }, start));
    const nginx = await Nginx.start(replicas.map(({ server }) => server.baseUrl));
    upstream.otherwise(({ body }) =>
      JSON.stringify(body).includes('at length')
        ? says(...WORDS.flatMap((word) => [word, pause(75)]))
        : says('All ', pause(30), 'of it'),
    );
    return new Cluster(database, upstream, replicas, nginx, environment);
  }

  get door(): Outside {
    return (this.replicas[0] as Outside).through(this.nginx.baseUrl);
  }

  /** Ends one as the signal does, and starts it again where it was. */
  async restart(at: number, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const { server } = this.replicas[at] as Outside;
    server.child.kill(signal);
    expect(await server.ended).toBe(signal === 'SIGKILL' ? signal : 0);
    await server.dispose();
    const PORT = new URL(server.baseUrl).port;
    this.replicas[at] = await Outside.start(this.database, this.upstream, { ...this.environment, PORT });
  }

  async stop(): Promise<void> {
    await this.nginx.stop();
    await Promise.all(this.replicas.map(({ server }) => server.dispose()));
    await this.upstream.close();
    await this.database.drop();
  }
}

/** What a client does that knows what it may repeat; everything else that it was answered counts as lost. */
class Load {
  readonly lost: unknown[] = [];
  retried = 0;
  done = 0;
  private ending = false;
  private readonly running: Promise<void>[] = [];

  constructor(private readonly door: Outside) {}

  begin(client: Client): void {
    this.running.push(this.goOn(client).catch((error: unknown) => void this.lost.push(error)));
  }

  end(): Promise<unknown> {
    this.ending = true;
    return Promise.all(this.running);
  }

  private async goOn(client: Client): Promise<void> {
    while (!this.ending && this.lost.length === 0) {
      const key = { 'idempotency-key': newId() };
      const conversation = await this.surely(() =>
        this.door.ask<{ id: string }>('POST', 'conversations', client, { body: { title: 'named' } }),
      );
      const { id } = conversation.body.data;
      const sent = await this.surely(() =>
        this.door.send(client, id, { content: `Hi ${key['idempotency-key']}` }, key),
      );
      const { status, content } = sent.body.data.assistant_message ?? {};
      // A turn whose process was killed ends as what had come of it.
      if (status !== 'interrupted' && content !== 'All of it') this.lost.push([status, content]);
      await this.surely(() => this.door.ask('GET', `conversations/${id}`, client));
      this.done += 1;
    }
  }

  /** Repeats what was refused with the word that it may be repeated. */
  async surely<T>(send: () => Promise<Answered<T>>): Promise<Answered<T>> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const answer = await send();
      if (answer.status < 300) return answer;
      if (answer.status !== 503 || answer.headers.get('retry-after') === null || Date.now() > deadline) {
        throw new Error(`${answer.status} ${JSON.stringify(answer.body.error)}`);
      }
      this.retried += 1;
      await wait(100);
    }
  }
}

/** Reads an answer to its end, on whichever replica there is, and never asks for what it has. */
async function readOn(door: Outside, client: Client, first: SseClient): Promise<{ text: string; resumed: number }> {
  let [text, id, stream] = ['', '', first];
  const deadline = Date.now() + PATIENCE_MS;
  for (let resumed = 0; ; resumed++) {
    const events = stream.status === 200 ? await stream.rest() : [];
    const [start] = events;
    if (start?.data.type === 'start') id = start.data.message_id;
    text += textOf(events);
    if (events.at(-1)?.data.type === 'end') return { text, resumed };
    const message = await door.ask<MessageView>('GET', `messages/${id}`, client);
    // Cut off with its process: that is all there will be.
    if (message.body.data?.status === 'interrupted' && message.body.data.content === text) return { text, resumed };
    if (Date.now() > deadline) throw new Error(`not at its end: ${message.status} ${text}`);
    await wait(100);
    stream = await door.open(`messages/${id}/stream?offset=${text.length}`, client);
  }
}

async function drill(cluster: Cluster, events: () => Promise<unknown>): Promise<{ resumed: number }> {
  const { door, database } = cluster;
  const people = await Promise.all(Array.from({ length: USERS }, () => door.register()));
  const [alice] = people as [Client];
  const tables = await openDb(database.url);
  for (const person of people) await limit(tables.db, person, {});
  const load = new Load(door);
  for (const person of people) load.begin(person);
  const streams = await Promise.all(
    Array.from({ length: STREAMS }, async () =>
      door.stream(alice, await door.begin(alice), { content: 'Tell me at length', max_tokens: 500 }),
    ),
  );
  const reading = Promise.all(streams.map((stream) => readOn(door, alice, stream)));
  await events();
  // What was killed is only known to be dead when its lease is over: nothing has to be busy until then.
  await load.end();
  const read = await reading;

  expect(load.lost).toEqual([]);
  expect(load.done).toBeGreaterThan(20);
  for (const { text } of read) expect(WORDS.join('').startsWith(text)).toBe(true);
  // Each process writes two of the six, and at most one was killed.
  expect(read.filter(({ text }) => text === WORDS.join('')).length).toBeGreaterThanOrEqual(STREAMS / 2);
  const broken = [...(await faultsIn(tables.db)), ...(await gapsIn(tables.db))];
  await tables.close();
  expect(broken).toEqual([]);
  return { resumed: read.reduce((sum, { resumed }) => sum + resumed, 0) };
}

describe('replicas behind nginx, round-robin, on one database and one Redis', () => {
  onServices(`three: one is killed, another ended, both come back${tool.note}`, async () => {
    const cluster = await Cluster.start(3, await claimTestRedis());
    const { resumed } = await drill(cluster, async () => {
      await wait(500);
      await cluster.restart(0, 'SIGKILL');
      await cluster.restart(1, 'SIGTERM');
    });
    expect(resumed).toBeGreaterThan(0);
    await cluster.stop();
  });

  onServices(`two, with a cluster of three Redis: one is ended and comes back${tool.note}`, async () => {
    const redis = await RedisTestCluster.start('secret');
    const hosts = redis.nodes.map(({ server }) => `127.0.0.1:${server.port}`).join(',');
    const cluster = await Cluster.start(2, { REDIS_URL: `redis://:secret@${hosts}` });
    await drill(cluster, () => cluster.restart(0, 'SIGTERM'));
    await cluster.stop();
    await redis.stop();
  });
});
