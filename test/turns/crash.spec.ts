import { once } from 'node:events';
import { eventually } from '../harness/eventually';
import { type ServerProcess, startProcess } from '../harness/start-process';
import { after, says, stall } from '../harness/upstream';
import { type LedgerRow, type MessageRow, turnSuite } from './turn-suite';

const suite = turnSuite({ environment: { OPENAI_MODEL: 'small' } });
const TURNS = 24;

let server: ServerProcess;
afterEach(() => server.dispose());

interface Sent {
  readonly assistant_message: MessageRow;
}

async function post<T>(
  path: string,
  body: unknown,
  token = '',
): Promise<{ readonly status: number; readonly data: T }> {
  const response = await fetch(`${server.baseUrl}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  return { status: response.status, data: ((await response.json()) as { data: T }).data };
}

interface HoldRow {
  readonly turn_id: string;
}

interface CounterRow {
  readonly requests: number;
  readonly tokens: number;
  readonly requests_held: number;
  readonly tokens_held: number;
}

it('of a process that is killed nothing is lost, and every turn is ended and paid for once', async () => {
  server = await startProcess({
    ...suite.environment(),
    DATABASE_URL: suite.database.url,
    RATE_LIMIT_SEND: '0',
    RATE_LIMIT_DEFAULT: '0',
    MAX_CONCURRENT_TURNS: '100',
  });
  await server.says('Listening');
  const person = { username: 'alice', email: 'alice@example.org', password: 'correct horse battery' };
  const { data: alice } = await post<{ access_token: string }>('/auth/register', person);
  const token = alice.access_token;
  const ids: string[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    ids.push((await post<{ id: string }>('/conversations', { title: 'named', model: 'small' }, token)).data.id);
  }

  // Some are over, some have begun, some have not, and of the last ones nobody knows.
  const gate = suite.upstream.gate();
  suite.upstream.otherwise(({ body }) => {
    const number = Number(String(body?.messages.at(-1)?.content).split(' ')[1]);
    if (number % 3 === 0) return says('whole');
    return number % 3 === 1 ? says('be', 'gun', stall()) : after(gate, says('late'));
  });
  const send = (id: string | undefined, number: number) =>
    post<Sent>(`/conversations/${id}/messages`, { content: `Hi ${number}`, max_tokens: 20 }, token).catch(
      () => undefined,
    );
  const early = ids.slice(0, TURNS - 6).map(send);
  await eventually(async () => {
    const rows = await suite.here.db.query<MessageRow>(`SELECT * FROM messages WHERE role = 'assistant'`);
    const settled = rows.filter(({ status, content }) => status === 'complete' || content === 'begun').length;
    return rows.length === TURNS - 6 && settled === ((TURNS - 6) * 2) / 3;
  }, 20_000);
  const late = ids.slice(TURNS - 6).map((id, index) => send(id, 3 * index));
  await Promise.race(late);
  server.child.kill('SIGKILL');
  await once(server.child, 'exit');
  const answers = (await Promise.all([...early, ...late])).filter((answer) => answer !== undefined);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));

  suite.clock.set(new Date(Date.now() + 16_000));
  const db = suite.here.db;
  await eventually(async () => (await db.query<HoldRow>('SELECT turn_id FROM quota_holds')).length === 0, 20_000);
  const said = await db.query<MessageRow>(`SELECT * FROM messages WHERE role = 'assistant'`);
  expect(said.filter(({ status }) => !['complete', 'interrupted'].includes(status))).toEqual([]);
  // What was answered is there as it was answered.
  for (const answer of answers) {
    const { id, content, status } = answer.data.assistant_message;
    expect(said).toContainEqual(expect.objectContaining({ id, content, status }));
  }
  const begun = said.filter(({ content }) => content === 'begun');
  expect(begun).toHaveLength(6);
  const ledger = await db.query<LedgerRow>('SELECT * FROM usage_ledger');
  const statuses = (rows: readonly { readonly status: string }[]) => rows.map(({ status }) => status).sort();
  expect(ledger.map(({ turn_id }) => turn_id).sort()).toEqual(said.map(({ id }) => id).sort());
  expect(statuses(ledger)).toEqual(statuses(said));
  const charged = ledger.reduce((sum, row) => sum + row.charged_tokens, 0);
  for (const counter of await db.query<CounterRow>('SELECT * FROM quota_counters')) {
    expect(counter).toMatchObject({ requests: said.length, tokens: charged, requests_held: 0, tokens_held: 0 });
  }
  const running = await db.query('SELECT id FROM conversations WHERE running_message_id IS NOT NULL');
  expect(running).toEqual([]);
}, 90_000);
