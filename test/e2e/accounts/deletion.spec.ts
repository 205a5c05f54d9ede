import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { AuditLog } from '#audit';
import { Db } from '#platform';
import { makeApiKey, type Person, register, registerAdmin } from '../../factories/people';
import type { Reply } from '../../harness/reply';
import { says } from '../../harness/upstream';
import { Talk } from '../chat/talk';

interface ReportView {
  readonly removed: Readonly<Record<string, number>>;
  readonly kept: Readonly<Record<string, number>>;
}

let talk: Talk;
let uploads: string;

beforeAll(async () => {
  uploads = await mkdtemp(join(tmpdir(), 'chatgpt-backend-uploads-'));
  // Nobody listens there: what was to be told waits.
  talk = await Talk.start({ UPLOAD_DIR: uploads, WEBHOOK_URL: 'http://127.0.0.1:9/hook' });
});
afterAll(async () => {
  await talk.stop();
  await rm(uploads, { recursive: true });
});

/** Everything that is stored, by table. */
async function everything(): Promise<ReadonlyMap<string, string>> {
  const db = talk.app.nest.get(Db);
  const { sql, values } = {
    sqlite: { sql: `SELECT name AS "name" FROM sqlite_master WHERE type = 'table'`, values: [] },
    postgres: { sql: `SELECT tablename AS "name" FROM pg_tables WHERE schemaname = 'public'`, values: [] },
    mysql: {
      sql: 'SELECT table_name AS "name" FROM information_schema.tables WHERE table_schema = ?',
      values: [String(talk.app.nest.get(DataSource).options.database)],
    },
  }[db.engine];
  const tables = await db.query<{ name: string }>(sql, values);
  const contents = tables.map(
    async ({ name }) => [name, JSON.stringify(await db.query(`SELECT * FROM ${name}`))] as const,
  );
  return new Map(await Promise.all(contents));
}

async function tablesWith(text: string): Promise<string[]> {
  return [...(await everything())]
    .filter(([, rows]) => rows.toLowerCase().includes(text.toLowerCase()))
    .map(([name]) => name)
    .sort();
}

async function deleteAccount({ password, token }: Person): Promise<ReportView> {
  const answer = await talk.app.api.delete<Reply<ReportView>>('/api/v1/users/me', { password }, { token });
  expect(answer.status).toBe(200);
  return answer.body.data;
}

async function upload({ token }: Person, text: string): Promise<string> {
  const body = new FormData();
  body.append('file', new Blob([text], { type: 'text/plain' }), 'zebra-notes.txt');
  const request = { method: 'POST', body, headers: { authorization: `Bearer ${token}` } };
  const answer = await fetch(`${talk.app.baseUrl}/api/v1/files`, request);
  expect(answer.status).toBe(201);
  return ((await answer.json()) as Reply<{ id: string }>).data.id;
}

it('leaves nothing of an account but sums and what was done, under an id that says nothing', async () => {
  const { app } = talk;
  const person = await register(app, { username: 'zebra-one', email: 'zebra-one@example.org' });
  const admin = await registerAdmin(app);
  const { token } = person;
  const as = { token, headers: { 'user-agent': 'zebra-browser' } };
  await app.api.post('/api/v1/auth/login', { username: person.username, password: 'wrong, zebra' });
  await app.api.patch('/api/v1/users/me', { username: 'zebra-two', email: 'zebra-two@example.org' }, as);
  await makeApiKey(app, person, { name: 'zebra key' });
  await app.api.patch(`/api/v1/admin/users/${person.id}`, { is_vip: true }, { token: admin.token });
  const quota = `/api/v1/admin/users/${person.id}/quota`;
  await app.api.put(quota, { daily_requests: 1 }, { token: admin.token });
  const conversation = await talk.begin({ title: 'zebra title', system_message: 'zebra rules' }, person);
  const file = await upload(person, 'zebra file');
  talk.upstream.answers(says('zebra answer'));
  const sent = await talk.send(conversation, { content: 'zebra question', attachments: [file] }, as);
  expect(sent.status).toBe(201);
  const links = `/api/v1/conversations/${conversation}/share`;
  await app.api.post(links, { password: 'zebra password' }, as);
  expect((await filesStored()).filter((path) => path.includes(file))).toHaveLength(1);
  const before = await tablesWith('zebra');
  expect(before).toEqual(
    expect.arrayContaining([
      ...['audit_logs', 'conversations', 'files', 'messages', 'shares', 'users', 'webhook_deliveries'],
    ]),
  );
  const spent = await sumOf(person.id);

  const report = await deleteAccount(person);

  expect(report).toEqual({
    removed: { conversations: 1, messages: 2, shares: 1, files: 1, sessions: 1, api_keys: 1 },
    kept: { usage_entries: 1, webhook_deliveries: 2, audit_entries: expect.any(Number) as number },
  });
  expect(await tablesWith('zebra')).toEqual([]);
  expect(await tablesWith(person.id)).toEqual(['audit_logs', 'usage_days', 'usage_ledger']);
  expect(await sumOf(person.id)).toBe(spent);
  expect(spent).toBeGreaterThan(0);
  expect((await filesStored()).filter((path) => path.includes(file))).toEqual([]);

  const { entries } = await app.nest.get(AuditLog).search({ actor: person.id, limit: 50 });
  expect(entries.map(({ action }) => action)).toEqual(
    expect.arrayContaining(['auth.registered', 'api_key.created', 'conversation.shared', 'user.deleted']),
  );
  for (const entry of entries) {
    expect(entry).toMatchObject({
      actor: { id: person.id, username: '(deleted)' },
      ip: null,
      userAgent: null,
      details: {},
    });
  }
  const about = (await app.nest.get(AuditLog).search({ target: person.id, limit: 50 })).entries;
  expect(about.find(({ action }) => action === 'user.updated')?.actor?.id).toBe(admin.id);
  expect(new Set([...entries, ...about].map(({ id }) => id)).size).toBe(report.kept['audit_entries']);
});

const filesStored = (): Promise<string[]> => readdir(uploads, { recursive: true });

async function sumOf(userId: string): Promise<number> {
  const sql = 'SELECT SUM(total_tokens) AS "sum" FROM usage_ledger WHERE user_id = ?';
  const [row] = await talk.app.nest.get(Db).query<{ sum: number | string }>(sql, [userId]);
  return Number(row?.sum);
}

it('leaves what others have as it is', async () => {
  const { app, alice } = talk;
  const [leaving, admin] = [await register(app), await registerAdmin(app)];
  const conversation = await talk.begin({ title: 'mine' });
  await app.api.patch(`/api/v1/admin/users/${alice.id}`, { is_vip: true }, { token: admin.token });
  const kept = await tablesWith(alice.id);
  expect(await deleteAccount(leaving)).toMatchObject({ removed: { conversations: 0, messages: 0, files: 0 } });
  await deleteAccount(admin);
  expect(await tablesWith(alice.id)).toEqual(kept);
  expect((await app.api.get(`/api/v1/conversations/${conversation}`, { token: alice.token })).status).toBe(200);
  const { entries } = await app.nest.get(AuditLog).search({ action: 'user.updated', target: alice.id, limit: 1 });
  expect(entries[0]).toMatchObject({
    actor: { username: '(deleted)' },
    details: { before: { is_vip: false }, after: { is_vip: true } },
  });
});
