import { json } from 'node:stream/consumers';
import { newId } from '#kernel';
import { type Client, limit, Outside } from '../e2e/chat/outside';
import { imbalanceOf } from '../harness/conservation';
import { createTestDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/databases/test-database';
import { eventually } from '../harness/eventually';
import { faultsIn, gapsIn } from '../harness/invariants';
import { openDb, type OpenDb } from '../harness/open-db';
import type { Reply } from '../harness/reply';
import { type SseClient, textOf } from '../harness/sse-client';
import { TcpProxy } from '../harness/tcp-proxy';
import {
  type Answer,
  finish,
  headers,
  raw,
  says,
  startUpstream,
  type Step,
  torn,
  type Upstream,
} from '../harness/upstream';

/** Of silence, until it is given up; short, so that this is quick. */
const TIMEOUT_S = 1;
const RETRIES = 1;

let database: TestDatabase;
let tables: OpenDb;
let upstream: Upstream;
let proxy: TcpProxy;
let server: Outside;
let alice: Client;

beforeAll(async () => {
  [database, upstream] = await Promise.all([createTestDatabase(), startUpstream()]);
  const before = await TcpProxy.before(upstream.baseUrl, 80);
  proxy = before.proxy;
  server = await Outside.start(database, upstream, {
    ...{ OPENAI_API_BASE: before.url, OPENAI_TIMEOUT: String(TIMEOUT_S), OPENAI_MAX_RETRIES: String(RETRIES) },
    ...{ MAX_CONCURRENT_TURNS: '100' },
  });
  tables = await openDb(database.url);
  alice = await server.register();
  await limit(tables.db, alice, {});
}, 60_000);
afterEach(async () => {
  await proxy.heal();
  upstream.otherwise(says('All', ' of it'));
  // Whoever comes next is served as if nothing had been, however often it was: no breaker is open, nobody is waited for.
  const next = await server.send(alice, await server.begin(alice), question());
  expect([next.status, next.body.data.assistant_message?.content]).toEqual([201, 'All of it']);
  await eventually(async () => (await tables.db.query('SELECT turn_id FROM quota_holds')).length === 0);
  expect([...(await faultsIn(tables.db)), ...(await gapsIn(tables.db))]).toEqual([]);
  expect(await imbalanceOf(tables.db, upstream.calls)).toEqual([]);
});
afterAll(async () => {
  await server.server.dispose();
  await Promise.all([proxy.close(), upstream.close(), tables.close()]);
  await database.drop();
});

const question = () => ({ content: `Hi ${newId()}`, max_tokens: 50 });

/** How a stream went, in a few words. */
async function outcomeOf(stream: SseClient, heard = ''): Promise<string> {
  if (stream.status !== 200) return `${stream.status} ${((await json(stream.response)) as Reply).error.code}`;
  const events = await stream.rest();
  const last = events.at(-1)?.data;
  const how = last?.type === 'end' ? last.status : last?.type === 'error' ? last.error.code : 'nothing';
  return `'${heard}${textOf(events)}' ${how}`;
}

/** Asks, hurts the way when so much of the answer was heard, and tells the outcome, and what is stored. */
async function hurtAt({ until, heard }: Stage, hurt: () => unknown): Promise<readonly [string, string]> {
  const gate = upstream.gate();
  const asked = upstream.calls.length;
  upstream.answers(until(gate));
  upstream.otherwise(says('Hello'));
  const conversation = await server.begin(alice);
  const opening = server.stream(alice, conversation, question());
  await eventually(() => upstream.calls.length > asked);
  const stream = heard === '' ? undefined : await opening;
  for (let said = 0; stream !== undefined && said < heard.length;) {
    const event = await stream.next();
    if (event?.data.type === 'content') said += event.data.content.length;
  }
  await hurt();
  // Whoever was cut off is asked no more; all others may go on.
  setTimeout(() => gate.open(), TIMEOUT_S * 100);
  const outcome = await outcomeOf(await opening, heard);
  const [row] = await tables.db.query<{ content: string; status: string }>(
    `SELECT content, status FROM messages WHERE conversation_id = ? AND role = 'assistant'`,
    [conversation],
  );
  return [outcome, row === undefined ? 'nothing' : `'${row.content}' ${row.status}`];
}

const FAILED = ['503 OPENAI_API_ERROR', "'' failed"];
const LATE = ['504 OPENAI_API_ERROR', "'' failed"];

describe('before it has answered', () => {
  it.each<[string, () => unknown, readonly string[]]>([
    ['refuses', () => proxy.close(), FAILED],
    ['is silent', () => proxy.freeze(), LATE],
  ])('it %s: so it is told', async (_how, hurt, expected) => {
    await hurt();
    const began = performance.now();
    const conversation = await server.begin(alice);
    const outcome = await outcomeOf(await server.stream(alice, conversation, question()));
    expect(outcome).toBe(expected[0]);
    expect(performance.now() - began).toBeLessThan((RETRIES + 1) * (TIMEOUT_S * 1_000 + 2_000));
  });

  it('and is slow to be reached, it is waited for', async () => {
    proxy.delayMs = 400;
    upstream.otherwise(says('All', ' of it'));
    const sent = await server.send(alice, await server.begin(alice), question());
    expect([sent.status, sent.body.data.assistant_message?.content]).toEqual([201, 'All of it']);
  });
});

const WHOLE = ["'Hello' complete", "'Hello' complete"];
const PARTIAL = ["'Hel' OPENAI_API_ERROR", "'Hel' interrupted"];

interface Stage {
  readonly name: string;
  until(gate: Step): Answer;
  readonly heard: string;
  readonly whenCut: readonly string[];
  readonly whenSilent: readonly string[];
}

const stages: readonly Stage[] = [
  { name: 'as it is asked', until: (gate) => says(gate, 'Hello'), heard: '', whenCut: WHOLE, whenSilent: LATE },
  {
    name: 'after its headers',
    until: (gate) => says(headers(), gate, 'Hello'),
    ...{ heard: '', whenCut: WHOLE, whenSilent: LATE },
  },
  {
    name: 'in the middle',
    until: (gate) => says('Hel', gate, 'lo'),
    ...{ heard: 'Hel', whenCut: PARTIAL, whenSilent: PARTIAL },
  },
  {
    name: 'in the middle of a line',
    until: (gate) => says('Hel', torn('lo'), gate, raw('')),
    ...{ heard: 'Hel', whenCut: PARTIAL, whenSilent: PARTIAL },
  },
  {
    name: 'after its last word, and before its last line',
    until: (gate) => says('Hello', finish(), gate),
    ...{ heard: 'Hello', whenCut: WHOLE, whenSilent: WHOLE },
  },
];

describe.each(stages)('$name', (stage) => {
  it.each<[string, () => unknown]>([
    ['closed', () => proxy.cut()],
    ['reset', () => proxy.cut('reset')],
  ])('it is %s, once: asked again before its first word, and interrupted after it', async (_how, hurt) => {
    expect(await hurtAt(stage, hurt)).toEqual(stage.whenCut);
  });

  it.each<[string, () => unknown]>([
    ['half-open', () => proxy.freeze()],
    ['gone without a word', () => proxy.lose()],
  ])('it is %s: given up when its silence is too long', async (_how, hurt) => {
    expect(await hurtAt(stage, hurt)).toEqual(stage.whenSilent);
  });

  it('it trickles: it is heard to its end', async () => {
    if (stage.name.endsWith('line')) return;
    expect(await hurtAt(stage, () => (proxy.bytesPerSecond = 1_500))).toEqual(WHOLE);
  });
});
