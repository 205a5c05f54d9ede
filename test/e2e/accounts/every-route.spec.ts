import { AuditLog } from '#audit';
import { newId } from '#kernel';
import { Db } from '#platform';
import { makeApiKey, type Person, register, registerAdmin, signIn } from '../../factories/people';
import { nameOf, pathWith, type Route, routesOf } from '../../factories/routes';
import type { ApiAnswer } from '../../harness/api-client';
import { FORBIDDEN, NOT_FOUND, outcome, type Reply, UNAUTHENTICATED } from '../../harness/reply';
import { startApp, type TestApp } from '../../harness/start-app';

const NO_OBJECTS = ['[]', 'null', '"a"', '1', '{', '{"a":1,}', '{"a":1,"a":2}', '{}{}', `{"a":${'['.repeat(1e5)}`];
const NO_TEXTS = ['a text with \u0000', 'a lone \ud800 surrogate', 'a \ufffe non-character', {}, [], 1, true];

let app: TestApp;
let routes: readonly Route[];
let alice: Person;
let mallory: Person;
let vip: Person;
let admin: Person;
let shareToken: string;

beforeAll(async () => {
  app = await startApp();
  // The plain chat door has no envelope.
  routes = (await routesOf(app.baseUrl)).filter(({ path }) => /^\/api\/v1(?!\/chat(\/|$))/.test(path));
  [alice, mallory, vip, admin] = await Promise.all([register(app), register(app), register(app), registerAdmin(app)]);
  await app.api.patch(`/api/v1/admin/users/${vip.id}`, { is_vip: true }, { token: admin.token });
  shareToken = await share(vip);
});
afterAll(() => app.stop());

async function share({ token }: Person): Promise<string> {
  const begun = await app.api.post<Reply<{ id: string }>>('/api/v1/conversations', {}, { token });
  const path = `/api/v1/conversations/${begun.body.data.id}/share`;
  const { body } = await app.api.post<Reply<{ token: string }>>(path, {}, { token });
  return body.data.token;
}

/** It takes a file as its body, whatever is in it. */
const takesFields = ({ path, body }: Route): boolean => body !== undefined && path !== '/api/v1/conversations/import';

const isAdministration = ({ path }: Route): boolean => path.startsWith('/api/v1/admin/');
const guarded = (): readonly Route[] => routes.filter(({ isPublic }) => !isPublic);

function call(route: Route, token?: string, id: string = newId()): Promise<ApiAnswer<Reply>> {
  const { method, body } = route;
  return app.api.send(method, pathWith(route, id), { ...(token && { token }), ...(body && { body }) });
}

/** Every row that a caller might have changed. */
async function everything(): Promise<unknown> {
  const db = app.nest.get(Db);
  const tables = ['users', 'user_roles', 'roles', 'api_keys', 'sessions', 'password_resets'];
  return Promise.all(tables.map((table) => db.query(`SELECT * FROM ${table} ORDER BY 1, 2`)));
}

/** What is the same for all who are refused. */
function refusalIn({ status, body, headers }: ApiAnswer<Reply>): unknown {
  const { request_id: _, timestamp: __, ...rest } = body;
  return { status, rest, headers: [...headers.keys()] };
}

async function outcomesOf(tried: readonly Route[], token?: string): Promise<Record<string, string>> {
  const outcomes: Record<string, string> = {};
  for (const route of tried) outcomes[nameOf(route)] = outcome(await call(route, token));
  return outcomes;
}

const allOf = (tried: readonly Route[], expected: string): Record<string, string> =>
  Object.fromEntries(tried.map((route) => [nameOf(route), expected]));

describe('every route that the document names', () => {
  it('is public only where that is meant', () => {
    const open = routes.filter(({ isPublic }) => isPublic).map(nameOf);
    expect(open.filter((name) => !/\/(health|info|metrics|models)|\/api\/v1$/.test(name)).sort()).toEqual([
      'GET /api/v1/shared/{token}',
      'POST /api/v1/auth/forgot-password',
      'POST /api/v1/auth/login',
      'POST /api/v1/auth/refresh',
      'POST /api/v1/auth/register',
      'POST /api/v1/auth/reset-password',
    ]);
    expect(guarded().length).toBeGreaterThan(20);
  });

  it('else is closed to who has no credential, or a bad one', async () => {
    expect((await app.api.get(`/api/v1/shared/${shareToken}`)).status).toBe(200);
    for (const token of [undefined, 'nonsense', `sk-${'a'.repeat(43)}`, alice.refreshToken, shareToken]) {
      const expected = allOf(guarded(), UNAUTHENTICATED);
      // Whoever leaves need not be looked up to be told that no key may.
      if (token?.startsWith('sk-')) expected['POST /api/v1/auth/logout'] = FORBIDDEN;
      expect(await outcomesOf(guarded(), token)).toEqual(expected);
    }
  });

  it('tells whoever is not signed in by what he would be', async () => {
    const { headers } = await app.api.get('/api/v1/users/me');
    expect(headers.get('www-authenticate')).toBe('Bearer');
  });

  it('is closed to users, VIPs and API keys if it administers, and the attempt is audited', async () => {
    const tried = routes.filter(isAdministration);
    expect(tried.length).toBeGreaterThan(9);
    const { key } = await makeApiKey(app, admin);
    await app.api.get('/api/v1/users/me', { token: key });
    const before = await everything();
    for (const token of [alice.token, vip.token, key]) {
      expect(await outcomesOf(tried, token)).toEqual(allOf(tried, FORBIDDEN));
    }
    expect(await everything()).toEqual(before);
    const { entries } = await app.nest
      .get(AuditLog)
      .search({ action: 'auth.access_denied', actor: alice.id, limit: 50 });
    const seen = entries.map(({ target }) => target?.id.replace(/:(\w+)/g, '{$1}'));
    expect(seen.sort()).toEqual(tried.map(nameOf).sort());
  });

  it("finds nothing by another user's ids, and answers as for an id that never was", async () => {
    const other = await signIn(app, alice);
    await makeApiKey(app, alice);
    const db = app.nest.get(Db);
    const idsIn = (table: string): Promise<{ id: string }[]> =>
      db.query(`SELECT id FROM ${table} WHERE user_id = ?`, [alice.id]);
    const ids = [...(await idsIn('sessions')), ...(await idsIn('api_keys')), { id: alice.id }].map(({ id }) => id);
    const tried = guarded().filter((route) => route.parameters.length > 0 && !isAdministration(route));
    expect(tried.map(nameOf)).toEqual(
      expect.arrayContaining(['DELETE /api/v1/auth/sessions/{id}', 'DELETE /api/v1/users/me/api-keys/{id}']),
    );
    const before = await everything();
    for (const route of tried) {
      const never = await call(route, mallory.token, newId());
      expect([nameOf(route), outcome(never)]).toEqual([nameOf(route), NOT_FOUND]);
      for (const id of [...ids, ids[0]?.toUpperCase() ?? '']) {
        expect(refusalIn(await call(route, mallory.token, id))).toEqual(refusalIn(never));
      }
      for (const id of ['1', 'null', "' OR 1=1 --", '../users/me', `${ids[0]}x`]) {
        expect(refusalIn(await call(route, mallory.token, id))).toEqual(refusalIn(never));
      }
    }
    expect(await everything()).toEqual(before);
    const me = await app.api.get<Reply>('/api/v1/users/me', { token: other.token });
    expect(outcome(me)).toBe('200');
  });

  it('refuses fields that it does not name, and changes nothing', async () => {
    const tried = routes.filter(takesFields);
    expect(tried.length).toBeGreaterThan(8);
    const foreign = {
      is_admin: true,
      user_id: alice.id,
      permissions_: [],
      username_key: 'x',
      created_at: 'x',
      sid: 'x',
    };
    const before = await everything();
    for (const route of tried) {
      const candidates = { ...foreign, role: 'admin', is_vip: true, id: newId(), plan: 'vip', password_hash: 'x' };
      for (const [field, value] of Object.entries(candidates)) {
        if (route.fields.includes(field)) continue;
        const answer = await call({ ...route, body: { ...route.body, [field]: value } }, admin.token, admin.id);
        expect([nameOf(route), outcome(answer), fieldsIn(answer)]).toEqual([
          nameOf(route),
          expect.stringMatching(/^422 VALIDATION_ERROR/) as string,
          expect.arrayContaining([field]) as string[],
        ]);
      }
      for (const field of ['__proto__', 'constructor', 'prototype']) {
        const [, members = ''] = /^{(.*)}$/.exec(JSON.stringify(route.body)) ?? [];
        const text = `{${[`"${field}":{"role":"admin"}`, members].filter(Boolean).join(',')}}`;
        const answer = await app.api.send<Reply>(route.method, pathWith(route, admin.id), {
          token: admin.token,
          body: text,
        });
        expect([nameOf(route), outcome(answer)]).toEqual([nameOf(route), `422 VALIDATION_ERROR ${field}`]);
      }
    }
    expect(await everything()).toEqual(before);
  });

  it('knows no field where it reads no body', async () => {
    const tried = routes.filter(({ method, body }) => method !== 'GET' && body === undefined);
    expect(tried.map(nameOf)).toEqual(expect.arrayContaining(['POST /api/v1/auth/logout-all']));
    const before = await everything();
    for (const route of tried) {
      const answer = await call({ ...route, body: { role: 'admin' } }, admin.token, admin.id);
      expect([nameOf(route), outcome(answer)]).toEqual([nameOf(route), '422 VALIDATION_ERROR role']);
    }
    expect(await everything()).toEqual(before);
  });

  it('refuses bodies that are no JSON object', async () => {
    const tried = routes.filter(takesFields);
    for (const route of tried) {
      for (const body of NO_OBJECTS) {
        const answer = await app.api.send<Reply>(route.method, pathWith(route, admin.id), { token: admin.token, body });
        expect([nameOf(route), body.slice(0, 20), outcome(answer)]).toEqual([
          nameOf(route),
          body.slice(0, 20),
          '400 VALIDATION_ERROR',
        ]);
      }
    }
  });

  it('refuses texts that are none, in every field, the same on every database', async () => {
    const tried = routes.filter(takesFields);
    const before = await everything();
    for (const route of tried) {
      for (const field of route.texts) {
        for (const value of NO_TEXTS) {
          const answer = await call({ ...route, body: { ...route.body, [field]: value } }, admin.token, admin.id);
          expect([nameOf(route), field, value, answer.status]).toEqual([nameOf(route), field, value, 422]);
          expect(fieldsIn(answer)).toContain(field);
        }
      }
    }
    expect(await everything()).toEqual(before);
  });

  it('answers in Chinese whoever asks for it', async () => {
    for (const route of guarded()) {
      const answer = await app.api.send<Reply>(route.method, pathWith(route, newId()), {
        headers: { 'accept-language': 'zh' },
      });
      expect([nameOf(route), answer.body.error.message]).toEqual([nameOf(route), '请先登录']);
    }
  });
});

function fieldsIn({ body }: ApiAnswer<Reply>): string[] {
  return (body.error.details?.errors ?? []).map(({ field }) => field);
}
