import { DataSource, type QueryRunner } from 'typeorm';
import { firstIdOf, idAt, newId } from '#kernel';
import { Db, type SqlValue } from '#platform';
import { makeApiKey, type Person, registerAdmin } from '../../factories/people';
import type { Reply } from '../../harness/reply';
import { Talk } from '../chat/talk';

const ROWS = 3_000;
const AT_ONCE = 300;
/** Tables that grow with what users do. Of the others there are few rows, and users are counted as a whole. */
const LARGE =
  'sessions|api_keys|audit_logs|usage_days|usage_ledger|webhook_deliveries|shares|files|conversations|messages';
const SCANS = {
  // By an index in its order, as far as the page goes, is no scan.
  sqlite: new RegExp(`SCAN (${LARGE}|entry|delivery|session)(?! USING (COVERING )?INDEX)`),
  postgres: new RegExp(`Seq Scan on (${LARGE})`),
};

let talk: Talk;
let db: Db;
let admin: Person;
let conversation: string;
let runner: QueryRunner;
let heard: jest.SpiedFunction<QueryRunner['query']>;
/** On PostgreSQL: what is put without a query runner. */
let heardAlone: jest.SpiedFunction<LoneStatements['ask']> | undefined;

interface LoneStatements {
  ask(statement: { readonly text: string; readonly values?: readonly SqlValue[] }): Promise<unknown>;
}

const people = Array.from({ length: ROWS }, () => newId());

async function fill(table: string, row: (person: string, index: number) => Readonly<Record<string, SqlValue>>) {
  for (let from = 0; from < ROWS; from += AT_ONCE) {
    const rows = people.slice(from, from + AT_ONCE).map((person, index) => row(person, from + index));
    const places = rows
      .map(
        (each) =>
          `(${Object.keys(each)
            .map(() => '?')
            .join(', ')})`,
      )
      .join(', ');
    const columns = Object.keys(rows[0] ?? {}).join(', ');
    await db.execute(`INSERT INTO ${table} (${columns}) VALUES ${places}`, rows.flatMap(Object.values) as SqlValue[]);
  }
}

beforeAll(async () => {
  talk = await Talk.start();
  db = talk.app.nest.get(Db);
  admin = await registerAdmin(talk.app);
  conversation = await talk.begin();
  await makeApiKey(talk.app, talk.alice);
  const start = talk.app.clock.now();
  const at = (index: number) => new Date(start - index * 3_600_000);
  const day = (index: number) => at(index).toISOString().slice(0, 10);
  const tokens = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2, cost_micros: 1 };
  await fill('users', (id, index) => ({
    ...{ id, username: id, username_key: id, password_hash: '-', created_at: at(index), updated_at: at(index) },
  }));
  await fill('conversations', (id, index) => ({
    ...{ id, user_id: id, title: 'Talk', title_search: 'talk', model: 'gpt-4o', message_count: 0, next_seq: 1 },
    ...{ created_at: at(index), updated_at: at(index) },
  }));
  await fill('messages', (id, index) => ({
    ...{ id, user_id: id, conversation_id: id, seq: 1, role: 'user', content: 'Hi', content_search: 'hi' },
    ...{ tokens_used: 1, status: 'complete', is_active: true, created_at: at(index), updated_at: at(index) },
  }));
  await fill('sessions', (id, index) => ({
    ...{ id, user_id: id, refresh_id: id, created_at: at(index), last_used_at: at(index), expires_at: at(-index) },
  }));
  await fill('api_keys', (id, index) => ({
    ...{ id, user_id: id, name: 'key', prefix: 'sk-', key_hash: id, scopes: '[]', created_at: at(index) },
  }));
  await fill('audit_logs', (actor_id, index) => ({
    ...{ id: newId(at(index).getTime()), at: at(index), action: 'auth.login', actor_id, actor_name: 'x' },
    ...{ target_type: 'user', target_id: actor_id, details: '{}' },
  }));
  await fill('webhook_deliveries', (user_id, index) => ({
    ...{ id: newId(at(index).getTime()), event: 'quota.alert', body: '{}', status: 'delivered', attempts: 1 },
    ...{ created_at: at(index), user_id },
  }));
  await fill('files', (id, index) => ({
    ...{ id, user_id: id, name: 'a', type: 'text/plain', size: 1, sha256: 'x', created_at: at(index) },
  }));
  await fill('shares', (id, index) => ({
    ...{ id, user_id: id, conversation_id: id, token_hash: id, token_sealed: 'x', title: 'Talk', model: 'gpt-4o' },
    created_at: at(index),
  }));
  await fill('usage_days', (user_id, index) => ({
    ...{ user_id, day: day(index), model: 'gpt-4o', plan: 'free', requests: 1, failures: 0, ...tokens },
    ...{ first_tokens: 1, first_token_ms: 1 },
  }));
  await fill('usage_ledger', (user_id, index) => ({
    ...{ id: idAt(at(index).getTime()), at: at(index), day: day(index), user_id },
    ...{ conversation_id: user_id, turn_id: newId() },
    ...{
      model: 'gpt-4o',
      plan: 'free',
      ...tokens,
      charged_tokens: 2,
      status: 'complete',
      own_key: false,
      cached: false,
    },
  }));
  await db.query(db.engine === 'mysql' ? `ANALYZE TABLE ${LARGE.replaceAll('|', ', ')}` : 'ANALYZE');
  runner = talk.app.nest.get(DataSource).createQueryRunner();
  // As on disks without arms; else so few rows are read from end to end sooner than found.
  if (db.engine === 'postgres') await runner.query('SET random_page_cost = 1');
  heard = jest.spyOn(Object.getPrototypeOf(runner) as QueryRunner, 'query');
  const driver: unknown = talk.app.nest.get(DataSource).driver;
  if (db.engine === 'postgres') heardAlone = jest.spyOn(driver as LoneStatements, 'ask');
}, 120_000);
afterAll(async () => {
  heard.mockRestore();
  await runner.release();
  await talk.stop();
});

/** How the database goes about what a route asks of it. */
async function plansOf(path: string, { token }: Person): Promise<string[]> {
  heard.mockClear();
  heardAlone?.mockClear();
  const answer = await talk.app.api.get<Reply>(`/api/v1/${path}`, { token });
  expect([path, answer.status]).toEqual([path, 200]);
  const alone = heardAlone?.mock.calls.map(([{ text, values }]) => [text, values] as const) ?? [];
  const statements = [...heard.mock.calls, ...alone].filter(([sql]) => /^\s*(SELECT|WITH|UPDATE|DELETE)\b/i.test(sql));
  expect(statements).not.toEqual([]);
  const explain = db.engine === 'sqlite' ? 'EXPLAIN QUERY PLAN' : 'EXPLAIN';
  const plans: string[] = [];
  for (const [sql, values] of statements) {
    plans.push(`${sql}\n${JSON.stringify(await runner.query(`${explain} ${sql}`, values as SqlValue[]))}`);
  }
  return plans;
}

const someone = people[7] ?? '';
const month = 'from=2025-12-20&to=2025-12-25';

const asked: readonly [path: string, who: () => Person][] = [
  ...[
    ...['admin/users', 'admin/users?plan=gold', 'admin/users?role=admin', `admin/users/${someone}`],
    ...[`admin/users/${someone}/sessions`, `admin/users/${someone}/quota`],
    ...['admin/audit-logs', `admin/audit-logs?actor=${someone}`, `admin/audit-logs?target=${someone}`],
    ...['admin/audit-logs?action=role.created', `admin/audit-logs?${month}`],
    ...['admin/webhook-deliveries', 'admin/webhook-deliveries?status=failed', 'admin/stats'],
    ...['day', 'user', 'model', 'plan'].map((group) => `admin/usage?group_by=${group}&${month}`),
  ].map((path) => [path, () => admin] as [string, () => Person]),
  ...[
    ...['auth/sessions', 'users/me/api-keys', 'users/me/quota', 'conversations'],
    ...['day', 'model', 'conversation'].map((group) => `users/me/usage?group_by=${group}`),
  ].map((path) => [path, () => talk.alice] as [string, () => Person]),
];

async function scansFor(path: string, who: Person): Promise<string[]> {
  const scan = SCANS[db.engine as 'sqlite' | 'postgres'];
  return (await plansOf(path, who)).filter((plan) => scan.test(plan));
}

it.each(asked)('%s: no large table is read from end to end', async (path, who) => {
  if (db.engine === 'mysql') return;
  expect(await scansFor(path, who())).toEqual([]);
});

it('who has had turns of late: read by the ids, which tell their times', async () => {
  if (db.engine === 'mysql') return;
  const sql = 'SELECT DISTINCT user_id AS "userId" FROM usage_ledger WHERE id >= ?';
  const since = firstIdOf(talk.app.clock.now() - 3_600_000);
  const plan = await db.query(`${db.engine === 'sqlite' ? 'EXPLAIN QUERY PLAN' : 'EXPLAIN'} ${sql}`, [since]);
  expect(JSON.stringify(plan)).not.toMatch(SCANS[db.engine]);
});

it('the links of a conversation: read by its index', async () => {
  if (db.engine === 'mysql') return;
  expect(await scansFor(`conversations/${conversation}/shares`, talk.alice)).toEqual([]);
});
