import { Identity } from '#auth';
import { ConversationNumbers } from '#conversations';
import { Db } from '#platform';
import { createTestDatabase } from '../../harness/database';
import type { TestDatabase } from '../../harness/databases/test-database';
import { freshName, makeApiKey, PASSWORD } from '../../factories/people';
import type { ApiAnswer } from '../../harness/api-client';
import { SseClient } from '../../harness/sse-client';
import { startApp } from '../../harness/start-app';
import { cut, fails, says } from '../../harness/upstream';
import { Talk } from '../chat/talk';
import { rawSocket } from '../realtime/ways';

interface Answer {
  readonly conversation_id: number;
  readonly title: string;
  readonly created_time: number;
  readonly token: string;
  readonly error?: string;
}

let database: TestDatabase;
let talk: Talk;
let model: string;

beforeAll(async () => {
  database = await createTestDatabase();
  talk = await Talk.start({ SECRET_KEY: 'a key that both replicas have' }, database);
  const { body } = await talk.app.api.get<{ data: { models: { id: string }[] } }>('/api/v1/models');
  model = body.data.models[0]?.id ?? '';
});
beforeEach(() => talk.anew());
afterAll(async () => {
  await talk.stop();
  await database.drop();
});

function post(path: string, body?: unknown, token: string | undefined = talk.alice.token): Promise<ApiAnswer<Answer>> {
  return talk.app.api.post(`/api/${path}`, body, { ...(token && { token }) });
}
function get<T>(path: string, token = talk.alice.token): Promise<ApiAnswer<T>> {
  return talk.app.api.get(`/api/${path}`, { token });
}
async function create(changes: object = {}): Promise<number> {
  return (await post('conversations/create', { title: 'Rhymes', model, ...changes })).body.conversation_id;
}

function chat(path: string, message = 'Hi'): Promise<SseClient> {
  return SseClient.open(`${talk.app.baseUrl}/api/${path}`, { token: talk.alice.token, body: { message } });
}

/** As a client reads it that knows nothing of Server-Sent Events. */
async function linesOf(stream: SseClient): Promise<{ event: string; data: string }[]> {
  const lines: { event: string; data: string }[] = [];
  for (let line = await stream.nextBlock(); line !== undefined; line = await stream.nextBlock()) {
    lines.push(JSON.parse(line) as { event: string; data: string });
  }
  return lines;
}

it('makes accounts without an email, which may get one later and use the main API', async () => {
  const username = freshName();
  expect(await post('users/register', { username, password: PASSWORD })).toMatchObject({
    ...{ status: 201, body: { message: expect.any(String) as string } },
  });
  expect(await post('users/register', { username, password: PASSWORD })).toMatchObject({
    ...{ status: 400, body: { error: expect.stringMatching(/^username: /) as string } },
  });
  expect((await post('users/register', { username: 'a', password: 'short' })).status).toBe(400);
  expect(await post('users/login', { username, password: 'wrong password' })).toMatchObject({
    ...{ status: 401, body: { error: expect.any(String) as string } },
  });
  const { status, body } = await post('users/login', { username, password: PASSWORD });
  expect(status).toBe(200);
  const { token } = body;
  const mine = (): Promise<ApiAnswer<{ data: object }>> => talk.app.api.get('/api/v1/users/me', { token });
  expect((await mine()).body.data).toMatchObject({ username, email: null });
  const { body: sessions } = await talk.app.api.get<{ data: { sessions: object[] } }>('/api/v1/auth/sessions', {
    token,
  });
  expect(sessions.data.sessions).toHaveLength(1);
  await talk.app.api.put('/api/v1/users/me', { email: `${username}@example.org` }, { token });
  expect((await mine()).body.data).toMatchObject({ email: `${username}@example.org` });
});

it('begins conversations, which the main API has as well, and the other way round', async () => {
  const created = await post('conversations/create', { title: 'Rhymes', model, api_key: 'sk-0123456789abcd' });
  expect(created.body).toEqual({
    ...{ conversation_id: expect.any(Number) as number, title: 'Rhymes', model, api_key: 'sk-…abcd' },
    created_time: Math.floor(talk.app.clock.now() / 1000),
  });
  talk.app.clock.advance(1_000);
  const id = await talk.begin({ title: 'From the main API' });
  talk.app.clock.advance(1_000);
  await talk.begin();
  const { body: listed } = await get<Answer[]>('conversations/list');
  expect(listed.map(({ title }) => title)).toEqual(['', 'From the main API', 'Rhymes']);
  const [newest = 0, theirs = 0] = listed.map(({ conversation_id }) => conversation_id);
  expect([theirs, newest]).toEqual([created.body.conversation_id + 1, created.body.conversation_id + 2]);
  expect(await post(`conversations/del/${theirs}`)).toMatchObject({
    ...{ status: 200, body: { message: expect.any(String) as string } },
  });
  expect((await talk.app.api.get(`/api/v1/conversations/${id}`, { token: talk.alice.token })).status).toBe(404);
  expect((await post(`conversations/del/${theirs}`)).status).toBe(404);
  const rows = await talk.app.nest
    .get(Db)
    .query<{ sealed: string }>('SELECT api_key_sealed AS "sealed" FROM conversations WHERE title = ? AND user_id = ?', [
      'Rhymes',
      talk.alice.id,
    ]);
  expect(rows[0]?.sealed).not.toContain('sk-');
  expect((await post('conversations/create', { title: 'a', model: 'no-such-model' })).status).toBe(400);
});

it('lists nothing where there is nothing', async () => {
  expect((await get('conversations/list')).body).toEqual([]);
});

it.each(['', '/'])("answers in bare lines of JSON at 'chat/{id}%s', and tells the other devices", async (slash) => {
  const number = await create();
  const device = await rawSocket(talk, talk.alice.token);
  const gate = talk.upstream.gate();
  talk.upstream.answers(says('R"\n', gate, 'éd😀'));
  const stream = await chat(`chat/${number}${slash}`);
  expect([stream.status, stream.header('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
  expect(await stream.nextBlock()).toBe('{"event":"message","data":"R\\"\\n"}');
  gate.open();
  const lines = await linesOf(stream);
  expect(lines.slice(-2)).toEqual([
    { event: 'done', data: 'Stream finished' },
    { event: 'full_response', data: 'R"\néd😀' },
  ]);
  await device.next('message_created');
  await device.leave();
  expect((await get(`conversations/history/${number}`)).body).toEqual({
    ...{ conversation_id: number, title: 'Rhymes', model, created_time: expect.any(Number) as number },
    messages: [
      { role: 'user', content: 'Hi', message_id: 1 },
      { role: 'assistant', content: 'R"\néd😀', message_id: 2 },
    ],
  });
});

it('ends with an error what fails after the first word, and answers one before it', async () => {
  const number = await create();
  talk.upstream.answers(says('Hel', cut('reset')), fails(500));
  expect(await linesOf(await chat(`chat/${number}`))).toEqual([
    { event: 'message', data: 'Hel' },
    { event: 'error', data: 'The language model cannot be reached' },
  ]);
  const before = await post(`chat/${number}`, { message: 'Hi' });
  expect([before.status, before.body]).toEqual([500, { error: 'The language model cannot be reached' }]);
});

it.each(['0', '-1', '1.5', 'abc', '2147483648', '019b76da-a800-7000-8000-000000000099'])(
  'takes %s for no number',
  async (id) => {
    expect((await post(`chat/${id}`, { message: 'Hi' })).status).toBe(400);
    expect((await get(`conversations/history/${id}`)).status).toBe(400);
  },
);

it("is closed to strangers, and finds nothing by another's number", async () => {
  const number = await create();
  const routes: [string, string, unknown?][] = [
    ['GET', `conversations/history/${number}`],
    ['POST', `conversations/del/${number}`],
    ['POST', `chat/${number}`, { message: 'Hi' }],
  ];
  const call = (token: string | undefined, on: typeof routes): Promise<number[]> =>
    Promise.all(
      on.map(
        async ([method, path, body]) =>
          (await talk.app.api.send(method, `/api/${path}`, { ...(token && { token }), body })).status,
      ),
    );
  const open: typeof routes = [
    ['GET', 'conversations/list'],
    ['POST', 'conversations/create', { title: 'a', model }],
  ];
  expect(await call(undefined, [...routes, ...open])).toEqual([401, 401, 401, 401, 401]);
  expect(await call(talk.bob.token, routes)).toEqual([404, 404, 404]);
  const { key } = await makeApiKey(talk.app, talk.alice, { scopes: ['read'] });
  expect(await call(key, routes)).toEqual([200, 401, 401]);
  expect((await post(`chat/${number}`, { message: 'Hi', role: 'system' })).status).toBe(400);
  expect((await post(`chat/${number}`, '{')).status).toBe(400);
});

it('uses no number up by looking at those that are given', async () => {
  const number = await create();
  const numbers = talk.app.nest.get(ConversationNumbers);
  const id = await numbers.idOf(await talk.app.nest.get(Identity).actorOf(talk.alice.token), number);
  for (let n = 0; n < 3; n++) {
    expect(await numbers.numberOf(id)).toBe(number);
    await get('conversations/list');
    await get(`conversations/history/${number}`);
  }
  expect(await create()).toBe(number + 1);
});

it('gives each conversation a number of its own, whichever replica it is asked of, and never again', async () => {
  const environment = { SECRET_KEY: 'a key that both replicas have', OPENAI_API_KEY: 'sk-platform' };
  const other = await startApp({ database, environment });
  const { token } = talk.alice;
  try {
    await Promise.all(Array.from({ length: 10 }, () => talk.begin()));
    const apps = [talk.app, other, talk.app, other];
    const lists = await Promise.all(apps.map(({ api }) => api.get<Answer[]>('/api/conversations/list', { token })));
    const made = await Promise.all(
      Array.from({ length: 200 }, (_, n) =>
        (n % 2 ? talk.app : other).api.post<Answer>('/api/conversations/create', { title: 'a', model }, { token }),
      ),
    );
    const [first = [], ...same] = lists.map(({ body }) => body.map(({ conversation_id }) => conversation_id));
    for (const list of same) expect(list).toEqual(first);
    const numbers = [...first, ...made.map(({ body }) => body.conversation_id)];
    expect(new Set(numbers).size).toBe(210);
    // Those that were given twice at once, and what a bulk sets aside, are used up.
    expect(Math.max(...numbers)).toBeLessThan(400);
    for (const number of numbers.toSorted((a, b) => b - a).slice(0, 20)) await post(`conversations/del/${number}`);
    expect(await create()).toBeGreaterThan(Math.max(...numbers));
  } finally {
    await other.stop();
  }
});
