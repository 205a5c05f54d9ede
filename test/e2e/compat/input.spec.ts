import { Db } from '#platform';
import { type Person, register } from '../../factories/people';
import { nameOf, pathWith, type Route, routesOf } from '../../factories/routes';
import type { ApiAnswer } from '../../harness/api-client';
import { startApp, type TestApp } from '../../harness/start-app';

const OF_DOORS = /^\/(v1|ask)\/|^\/api\/(v1\/chat|users|conversations|chat)(\/|$)/;
const NO_OBJECTS = ['[]', 'null', '"a"', '{', '{"a":1}{}', '{"a":1,"a":2}', `{"a":${'['.repeat(1e5)}`];
const NO_TEXTS = ['a text with \u0000', 'a lone \ud800 surrogate', 'a \ufffe non-character', {}, [], 1, true];
const FOREIGN = ['role', 'user_id', 'is_vip', '__proto__', 'constructor'];

let app: TestApp;
let alice: Person;
let routes: readonly Route[];

beforeAll(async () => {
  app = await startApp();
  alice = await register(app);
  routes = (await routesOf(app.baseUrl)).filter(({ path, body }) => OF_DOORS.test(path) && body !== undefined);
});
afterAll(() => app.stop());

/** That its errors have the shape of their door is seen by the harness, as of all answers. */
function send({ method, path, ...route }: Route, body: unknown): Promise<ApiAnswer> {
  const place = path.startsWith('/ask') ? 'new' : '1';
  return app.api.send(method, pathWith({ method, path, ...route }, place), { token: alice.token, body });
}

const isOpenAi = ({ path }: Route): boolean => path.startsWith('/v1/');

/** As their clients know them. */
const refusalAt = ({ path }: Route): number => (/^\/(v1|api\/(?!v1\/))/.test(path) ? 400 : 422);

async function everything(): Promise<unknown> {
  const db = app.nest.get(Db);
  const tables = ['users', 'conversations', 'messages', 'conversation_numbers', 'usage_ledger'];
  return Promise.all(tables.map((table) => db.query(`SELECT COUNT(*) AS "count" FROM ${table}`)));
}

it('are all of the doors', () => {
  expect(routes.map(nameOf).sort()).toEqual([
    'POST /api/chat/{id}',
    'POST /api/conversations/create',
    'POST /api/users/login',
    'POST /api/users/register',
    'POST /api/v1/chat',
    'POST /api/v1/chat/stream',
    'POST /ask/{conversation_id}',
    'POST /v1/chat/completions',
  ]);
});

it('refuse bodies that are no JSON object', async () => {
  for (const route of routes) {
    for (const body of NO_OBJECTS) {
      expect([nameOf(route), body.slice(0, 20), (await send(route, body)).status]).toEqual([
        ...[nameOf(route), body.slice(0, 20), 400],
      ]);
    }
  }
});

it('refuse texts that are none, in every field, and do nothing', async () => {
  const before = await everything();
  for (const route of routes) {
    expect(route.texts.length).toBeGreaterThan(0);
    for (const field of route.texts) {
      for (const value of NO_TEXTS) {
        const answer = await send(route, { ...route.body, [field]: value });
        expect([nameOf(route), field, value, answer.status]).toEqual([nameOf(route), field, value, refusalAt(route)]);
        expect(answer.text).toContain(field);
      }
    }
  }
  expect(await everything()).toEqual(before);
});

it('refuse fields that they do not name, but for that of OpenAI, which hands them on', async () => {
  const before = await everything();
  for (const route of routes.filter((each) => !isOpenAi(each))) {
    for (const field of FOREIGN) {
      const [, members = ''] = /^{(.*)}$/.exec(JSON.stringify(route.body)) ?? [];
      const answer = await send(route, `{"${field}":"admin",${members}}`);
      expect([nameOf(route), field, answer.status]).toEqual([nameOf(route), field, refusalAt(route)]);
      expect(answer.text).toContain(field);
    }
  }
  expect(await everything()).toEqual(before);
});

it.each([
  { messages: [{ role: 'user', content: 'a text with \u0000' }] },
  { messages: [{ role: 'user', content: 'a lone \ud800 surrogate' }] },
  { messages: [{ role: 'user', content: [{ type: 'text', text: 'a lone \udc00 surrogate' }] }] },
  { messages: [{ role: 'nobody', content: 'Hi' }] },
  { messages: [{ content: 'Hi' }] },
  { messages: ['Hi'] },
  { messages: [null] },
  { messages: [] },
  { messages: {} },
  { stop: ['a\u0000'] },
  { user: 'a\u0000' },
  { metadata: { about: 'a lone \ud800 surrogate' } },
  { metadata: { 'a \ufffe non-character': 'x' } },
  { tools: [{ type: 'function', function: { name: 'f', parameters: { enum: ['a', 'b\u0000'] } } }] },
  { response_format: { type: 'json_schema', json_schema: { name: 'a \udc00', schema: {} } } },
  { messages: [{ role: 'tool', tool_call_id: 'a\u0000', content: 'x' }] },
  { stop: [1] },
])('of OpenAI refuses %j', async (wrong) => {
  const before = await everything();
  const route = routes.find(isOpenAi);
  const answer = await send(route as Route, { ...route?.body, ...wrong });
  expect([answer.status, answer.body]).toEqual([
    ...[400, { error: expect.objectContaining({ type: 'invalid_request_error' }) as object }],
  ]);
  expect(await everything()).toEqual(before);
});
