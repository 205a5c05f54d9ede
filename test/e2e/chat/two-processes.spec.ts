import { json } from 'node:stream/consumers';
import { createTestDatabase } from '../../harness/database';
import type { TestDatabase } from '../../harness/databases/test-database';
import { eventually } from '../../harness/eventually';
import { faultsIn, gapsIn } from '../../harness/invariants';
import { openDb, type OpenDb } from '../../harness/open-db';
import type { Reply } from '../../harness/reply';
import { textOf } from '../../harness/sse-client';
import { says, startUpstream, type Upstream } from '../../harness/upstream';
import { type Client, limit, Outside } from './outside';
import type { MessageView } from './talk';

const AT_ONCE = 24;
const MOST_AT_ONCE = 30;
/** What 'Hi' alone takes. */
const PROMPT_TOKENS = 8;

let database: TestDatabase;
let tables: OpenDb;
let upstream: Upstream;
let processes: [Outside, Outside];
let alice: Client;

beforeAll(async () => {
  database = await createTestDatabase();
  upstream = await startUpstream();
  const environment = { MAX_CONCURRENT_TURNS: String(MOST_AT_ONCE) };
  const start = () => Outside.start(database, upstream, environment);
  processes = await Promise.all([start(), start()]);
  tables = await openDb(database.url);
}, 60_000);
beforeEach(async () => {
  upstream.reset();
  alice = await processes[0].register();
  await limit(tables.db, alice, {});
});
afterEach(async () => {
  expect([...(await faultsIn(tables.db)), ...(await gapsIn(tables.db))]).toEqual([]);
});
afterAll(async () => {
  await Promise.all(processes.map(({ server }) => server.dispose()));
  await upstream.close();
  await tables.close();
  await database.drop();
});

const both = (at: number) => processes[at % 2] as Outside;

interface Outcome {
  readonly status: number;
  readonly body: Reply;
  readonly retryAfter: string | null;
}

/** By turns on both processes, by turns as a whole and as a stream. */
function sendAll(conversations: readonly string[], body: object): Promise<Outcome>[] {
  return conversations.map(async (conversation, at) => {
    if (at % 4 < 2) {
      const sent = await both(at).send(alice, conversation, body);
      return { status: sent.status, body: sent.body, retryAfter: sent.headers.get('retry-after') };
    }
    const stream = await both(at).stream(alice, conversation, body);
    if (stream.status === 200) {
      const events = await stream.rest();
      return { status: events.at(-1)?.data.type === 'end' ? 201 : 0, body: {} as Reply, retryAfter: null };
    }
    const refused = (await json(stream.response)) as Reply;
    return { status: stream.status, body: refused, retryAfter: stream.header('retry-after') ?? null };
  });
}

const begin = (count: number) => Promise.all(Array.from({ length: count }, (_, at) => both(at).begin(alice)));

async function usedToday(): Promise<{ requests: number; tokens: number }> {
  const quota = await processes[1].ask<{ usage_today: { requests: number; tokens: number } }>(
    'GET',
    'users/me/quota',
    alice,
  );
  return quota.body.data.usage_today;
}

describe('two processes', () => {
  it('give the last requests away once', async () => {
    const left = 7;
    await tables.db.execute('UPDATE quota_overrides SET daily_requests = ? WHERE user_id = ?', [left, alice.id]);
    const sent = await Promise.all(sendAll(await begin(AT_ONCE), { content: 'Hi', max_tokens: 5 }));
    const refused = sent.filter(({ status }) => status !== 201);
    expect(upstream.calls).toHaveLength(left);
    expect(refused).toHaveLength(AT_ONCE - left);
    const midnight = new Date(new Date().setUTCHours(24, 0, 0, 0));
    for (const { status, body, retryAfter } of refused) {
      expect([status, body.error.code]).toEqual([429, 'QUOTA_EXCEEDED']);
      expect(body.error.details).toMatchObject({
        ...{ period: 'day', metric: 'requests', limit: left, used: left },
        resets_at: midnight.toISOString(),
      });
      expect(Math.abs(Number(retryAfter) - (midnight.getTime() - Date.now()) / 1000)).toBeLessThan(60);
    }
    expect(await usedToday()).toMatchObject({ requests: left });
  });

  it('give the last tokens away once', async () => {
    const left = 1_000;
    await tables.db.execute('UPDATE quota_overrides SET daily_tokens = ? WHERE user_id = ?', [left, alice.id]);
    const granted: number[] = [];
    upstream.otherwise(({ body }) => {
      const completion_tokens = Number(body?.['max_completion_tokens'] ?? body?.['max_tokens']);
      granted.push(PROMPT_TOKENS + completion_tokens);
      const usage = {
        prompt_tokens: PROMPT_TOKENS,
        completion_tokens,
        total_tokens: PROMPT_TOKENS + completion_tokens,
      };
      return says('all of it', { usage });
    });
    const sent = await Promise.all(sendAll(await begin(AT_ONCE), { content: 'Hi', max_tokens: 100 }));
    // Nine times all, and what that leaves.
    expect(granted.sort((a, b) => b - a)).toEqual([...Array<number>(9).fill(108), 28]);
    expect(await usedToday()).toEqual({ requests: 10, tokens: left });
    for (const { status, body } of sent.filter(({ status }) => status !== 201)) {
      expect([status, body.error.code]).toEqual([429, 'QUOTA_EXCEEDED']);
      expect(body.error.details).toMatchObject({ period: 'day', metric: 'tokens', limit: left, used: left });
    }
  });

  it('make one turn of one idempotency key', async () => {
    const gate = upstream.gate();
    upstream.otherwise(says('Hel', gate, 'lo'));
    const [conversation = ''] = await begin(1);
    const key = { 'idempotency-key': 'the-same' };
    const ids = Array.from({ length: 20 }, async (_, at) => {
      if (at % 4 < 2) {
        const { status, body } = await both(at).send(alice, conversation, { content: 'Hi' }, key);
        return [
          status,
          body.data.user_message?.id,
          body.data.assistant_message?.id,
          body.data.assistant_message?.content,
        ];
      }
      const stream = await both(at).stream(alice, conversation, { content: 'Hi' }, key);
      const [start, ...rest] = await stream.rest();
      if (start?.data.type !== 'start') throw new Error('it has not begun');
      return [201, start.data.user_message_id, start.data.message_id, textOf(rest)];
    });
    await upstream.nextCall();
    gate.open();
    const told = new Set((await Promise.all(ids)).map((each) => JSON.stringify(each)));
    expect([...told].map((each) => JSON.parse(each) as unknown)).toEqual([
      [201, expect.any(String), expect.any(String), 'Hello'],
    ]);
    expect(upstream.calls).toHaveLength(1);
    expect(await usedToday()).toMatchObject({ requests: 1 });
  });

  it('run one turn in one conversation', async () => {
    const gate = upstream.gate();
    upstream.otherwise(says('Hel', gate, 'lo'));
    const [conversation = ''] = await begin(1);
    const sent = [0, 1].map((at) => both(at).send(alice, conversation, { content: `Hi ${at}` }));
    const first = await Promise.race(sent);
    expect([first.status, first.body.error.code]).toEqual([409, 'CONFLICT']);
    const { id } = (await answerIn(conversation)) ?? {};
    expect(first.body.error.details).toEqual({ message_id: id });
    gate.open();
    expect((await Promise.all(sent)).map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(upstream.calls).toHaveLength(1);
  });

  it('count together what runs at once', async () => {
    const gate = upstream.gate();
    upstream.otherwise(says('Hel', gate, 'lo'));
    const sent = sendAll(await begin(MOST_AT_ONCE + 6), { content: 'Hi', max_tokens: 5 });
    const refused: unknown[] = [];
    for (const each of sent) {
      void each.then(({ status, body }) => status === 201 || refused.push([status, body.error.code]));
    }
    await eventually(() => refused.length === 6);
    gate.open();
    await Promise.all(sent);
    expect(refused).toEqual(Array(6).fill([429, 'RATE_LIMIT_EXCEEDED']));
    expect(upstream.calls).toHaveLength(MOST_AT_ONCE);
  });

  it('read and stop what the other writes', async () => {
    const gate = upstream.gate();
    upstream.otherwise(says('Hel', gate, 'lo'));
    const [conversation = ''] = await begin(1);
    const stream = await processes[0].stream(alice, conversation, { content: 'Hi' });
    const { id = '' } = (await answerIn(conversation)) ?? {};
    const attached = await processes[1].open(`messages/${id}/stream?offset=1`, alice);
    const stopped = await processes[1].ask<MessageView>('POST', `messages/${id}/stop`, alice);
    expect(stopped.body.data).toMatchObject({ id, content: 'Hel', status: 'stopped' });
    const [here, there] = [await stream.rest(), await attached.rest()];
    expect([textOf(here), textOf(there)]).toEqual(['Hel', 'el']);
    for (const events of [here, there]) expect(events.at(-1)?.data).toMatchObject({ type: 'end', status: 'stopped' });
    expect(await (await upstream.nextCall()).ended).toBe('client left');
  });
});

describe("an admin's changes, amid turns on two processes", () => {
  const LIMITS = { daily_requests: 5, monthly_requests: null, daily_tokens: null, monthly_tokens: null };
  let admin: Client;
  let refusals: string[];
  let sent: Promise<unknown>[];

  const change = async (method: string, path: string, body?: unknown) =>
    expect((await processes[0].ask(method, `admin/${path}`, admin, { body })).status).toBeLessThan(300);

  async function countIn(table: string): Promise<number> {
    const sql = `SELECT COUNT(*) AS "count" FROM ${table} WHERE user_id = ?`;
    const [row] = await tables.db.query<{ count: number | string }>(sql, [alice.id]);
    return Number(row?.count);
  }

  function askIn(conversations: readonly string[]): void {
    for (const each of sendAll(conversations, { content: 'Hi', max_tokens: 5 })) {
      // Of streams that are cut off nothing is told.
      sent.push(each.then(({ status, body }) => status >= 400 && refusals.push(body.error.code)));
    }
  }

  const ask = async (count: number) => askIn(await begin(count));

  /** Of twelve that ask at once; those that are let in run on. */
  async function areAdmitted(count: number): Promise<void> {
    const [refusedBefore, runningBefore] = [refusals.length, upstream.calls.length];
    await ask(12);
    await eventually(
      () => refusals.length === refusedBefore + 12 - count && upstream.calls.length === runningBefore + count,
    );
  }

  beforeEach(async () => {
    [refusals, sent] = [[], []];
    admin = await processes[0].register();
    await tables.db.execute("INSERT INTO user_roles (user_id, role_name) VALUES (?, 'admin')", [admin.id]);
    await change('DELETE', `users/${alice.id}/quota`);
  });

  it('hold from the next turn on, and running ones keep what they hold', async () => {
    const gate = upstream.gate();
    upstream.otherwise(says('Hel', gate, 'lo'));
    const plan = `plan-${alice.id}`;
    await change('POST', 'plans', { name: plan, ...LIMITS });
    await change('PATCH', `users/${alice.id}`, { plan });
    await areAdmitted(5);
    await change('PUT', `plans/${plan}`, { daily_requests: 3 });
    await areAdmitted(0);
    await change('PUT', `plans/${plan}`, { daily_requests: 7 });
    await areAdmitted(2);
    await change('PUT', `users/${alice.id}/quota`, { daily_requests: 8 });
    await areAdmitted(1);
    await Promise.all([
      ask(6),
      change('DELETE', `users/${alice.id}/quota`),
      change('PATCH', `users/${alice.id}`, { is_vip: true }),
      change('DELETE', `plans/${plan}`),
    ]);
    await Promise.all([ask(6), change('PATCH', `users/${alice.id}`, { is_vip: false })]);
    await eventually(() => refusals.length + upstream.calls.length === sent.length);
    gate.open();
    await Promise.all(sent);
    expect(new Set(refusals)).toEqual(new Set(['QUOTA_EXCEEDED']));
    expect(await countIn('usage_ledger')).toBe(upstream.calls.length);
    askIn(await begin(4));
    await Promise.all([...sent, change('PATCH', `users/${alice.id}`, { is_active: false })]);
    // What he began may be cut off, and is settled.
    await eventually(async () => (await countIn('quota_holds')) === 0);
  });

  it('of what is used forgive all, of what runs nothing', async () => {
    await change('PUT', `users/${alice.id}/quota`, LIMITS);
    await ask(2);
    await Promise.all(sent);
    const gate = upstream.gate();
    upstream.otherwise(says('Hel', gate, 'lo'));
    await areAdmitted(3);
    await change('POST', `users/${alice.id}/quota/reset`);
    await areAdmitted(2);
    gate.open();
    await Promise.all(sent);
    expect(await usedToday()).toMatchObject({ requests: 5 });
    // The ledger forgives nothing, so what is left no more agrees with it.
    await tables.db.execute('DELETE FROM quota_counters WHERE user_id = ?', [alice.id]);
  });
});

async function answerIn(conversation: string): Promise<MessageView | undefined> {
  const path = `conversations/${conversation}/messages?order=desc`;
  const { body } = await processes[1].ask<{ messages: MessageView[] }>('GET', path, alice);
  return body.data.messages.find(({ role }) => role === 'assistant');
}
