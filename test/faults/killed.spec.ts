import { setTimeout as wait } from 'node:timers/promises';
import { newId } from '#kernel';
import { createTestDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/databases/test-database';
import { eventually } from '../harness/eventually';
import { faultsIn, gapsIn } from '../harness/invariants';
import { openDb, type OpenDb } from '../harness/open-db';
import { seeded } from '../harness/seeded';
import { textOf } from '../harness/sse-client';
import { pause, says, startUpstream, type Upstream } from '../harness/upstream';
import { type Client, limit, Outside } from '../e2e/chat/outside';
import type { MessageView } from '../e2e/chat/talk';

const { KILLS = '8', SEED = '1' } = process.env;
const LANES = 6;
const TOLD_EVERY = 10;

/** What a client knows of something that he has sent. */
interface Send {
  readonly conversation: string;
  readonly question: string;
  /** Known since the server has said it. */
  ids?: readonly [userMessage: string, answer: string];
  /** As the server has told it to its end. */
  answer?: string;
}

let database: TestDatabase;
let tables: OpenDb;
let upstream: Upstream;
let server: Outside;

beforeAll(async () => {
  database = await createTestDatabase();
  upstream = await startUpstream();
  tables = await openDb(database.url);
});
afterAll(async () => {
  await server.server.dispose();
  await upstream.close();
  await tables.close();
  await database.drop();
});

const start = () => Outside.start(database, upstream, { MAX_CONCURRENT_TURNS: '100' });

const wordsFor = (question: string) => Array.from({ length: 12 }, (_, at) => `${question}/${at} `);

/** One after the other, until the process dies. */
async function sendOn(alice: Client, conversation: string, sends: Send[]): Promise<void> {
  for (;;) {
    const send: Send = { conversation, question: newId() };
    sends.push(send);
    if (!(await hear(alice, send))) return;
  }
}

/** False: the process died meanwhile. */
async function hear(alice: Client, send: Send): Promise<boolean> {
  const { conversation, question } = send;
  const body = { content: question, max_tokens: 400 };
  const headers = { 'idempotency-key': question };
  const stream = await server.stream(alice, conversation, body, headers).catch(() => undefined);
  if (stream === undefined) return false;
  expect(stream.status).toBe(200);
  const events = await stream.rest();
  const [start] = events;
  if (start?.data.type !== 'start') return false;
  const ids = [start.data.user_message_id ?? '', start.data.message_id] as const;
  // What was sent before is the same as before.
  expect(ids).toEqual(send.ids ?? ids);
  send.ids = ids;
  if (events.at(-1)?.data.type !== 'end') return false;
  send.answer = textOf(events);
  return true;
}

/** Before an upstream is called, while it answers, or as it has answered all. */
async function killAtRandom(below: (limit: number) => number): Promise<void> {
  const moment = below(3);
  for (let more = below(2 * LANES); more >= 0; more--) {
    const call = await upstream.nextCall();
    if (more === 0 && moment === 1) await call.ended;
  }
  await wait(below(moment === 2 ? 150 : 12));
  server.server.child.kill('SIGKILL');
  await server.server.dispose();
}

/** As if their time were over. */
async function endLeases(): Promise<void> {
  const past = new Date(Date.now() - 1_000);
  await tables.db.execute('UPDATE conversations SET lease_until = ? WHERE lease_until IS NOT NULL', [past]);
  await tables.db.execute('UPDATE quota_holds SET lease_until = ?', [past]);
}

async function isQuiet(): Promise<boolean> {
  const running = await tables.db.query('SELECT id FROM conversations WHERE running_message_id IS NOT NULL');
  const held = await tables.db.query('SELECT turn_id FROM quota_holds');
  return running.length + held.length === 0;
}

async function message(alice: Client, id: string): Promise<MessageView> {
  return (await server.ask<MessageView>('GET', `messages/${id}`, alice)).body.data;
}

it(
  'a process that is killed, again and again, loses nothing',
  async () => {
    const below = seeded(Number(SEED));
    server = await start();
    const alice = await server.register();
    await limit(tables.db, alice, {});
    const lanes = await Promise.all(Array.from({ length: LANES }, () => server.begin(alice)));
    const sends: Send[] = [];
    const statuses: Record<string, number> = {};
    for (let kill = 0; kill < Number(KILLS); kill++) {
      upstream.reset();
      upstream.otherwise(({ body }) =>
        says(...wordsFor(String(body?.messages.at(-1)?.content)).flatMap((word) => [pause(below(12)), word])),
      );
      const sending = lanes.map((lane) => sendOn(alice, lane, sends));
      await killAtRandom(below);
      await Promise.all(sending);

      server = await start();
      await endLeases();
      const cutOff = sends.filter(({ answer }) => answer === undefined);
      // Some are sent again before anybody has found them dead.
      for (const send of cutOff) if (below(2) === 0) expect(await hear(alice, send)).toBe(true);
      await eventually(isQuiet);
      for (const send of cutOff) expect(await hear(alice, send)).toBe(true);

      expect([...(await faultsIn(tables.db)), ...(await gapsIn(tables.db))]).toEqual([]);
      for (const { question, ids: [asked = '', answered = ''] = [], answer } of sends.splice(0)) {
        expect(await message(alice, asked)).toMatchObject({ content: question, status: 'complete' });
        const { content, status } = await message(alice, answered);
        const whole = wordsFor(question).join('');
        statuses[status] = (statuses[status] ?? 0) + 1;
        expect([content, whole.slice(0, content.length)]).toEqual([answer, content]);
        // A kill between the last word and the settling may leave all of an answer that is not complete.
        expect(status).toBe(content === whole && status !== 'interrupted' ? 'complete' : 'interrupted');
        const calls = upstream.calls.filter(({ body }) => body?.messages.at(-1)?.content === question);
        expect(calls.length).toBeLessThanOrEqual(1);
      }
      if ((kill + 1) % TOLD_EVERY === 0) console.log(`killed ${kill + 1} times: ${JSON.stringify(statuses)}`);
    }
    expect(statuses).toEqual({ complete: expect.any(Number), interrupted: expect.any(Number) });
  },
  Number(KILLS) * 30_000,
);
