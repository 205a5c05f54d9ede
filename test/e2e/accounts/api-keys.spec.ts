import { newId, type Scope } from '#kernel';
import { Db } from '#platform';
import { type ApiKeyView, makeApiKey, type Person, register, registerAdmin, signIn } from '../../factories/people';
import type { ApiAnswer } from '../../harness/api-client';
import { FORBIDDEN, invalid, NOT_FOUND, outcome, type Reply, UNAUTHENTICATED } from '../../harness/reply';
import { startApp, type TestApp } from '../../harness/start-app';

const KEYS = '/api/v1/users/me/api-keys';
const MINUTE = 60_000;

let app: TestApp;
let alice: Person;
let admin: Person;

beforeAll(async () => {
  app = await startApp();
  [alice, admin] = await Promise.all([register(app), registerAdmin(app)]);
});
afterAll(() => app.stop());

const create = (body: unknown, token = alice.token): Promise<ApiAnswer<Reply>> => app.api.post(KEYS, body, { token });
const revoke = async (id: string, token = alice.token): Promise<string> =>
  outcome(await app.api.delete<Reply>(`${KEYS}/${id}`, undefined, { token }));
const look = async (token: string): Promise<string> => outcome(await app.api.get<Reply>('/api/v1/users/me', { token }));
const change = async (token: string): Promise<string> =>
  outcome(await app.api.patch<Reply>('/api/v1/users/me', {}, { token }));

async function keysOf({ token }: Person): Promise<readonly ApiKeyView[]> {
  return (await app.api.get<Reply<{ api_keys: ApiKeyView[] }>>(KEYS, { token })).body.data.api_keys;
}

describe('an API key', () => {
  it('is shown once and is stored as a hash', async () => {
    const made = await makeApiKey(app, alice, { name: 'my <b>notebook</b>' });
    expect(made).toMatchObject({ name: 'my <b>notebook</b>', scopes: ['chat', 'read', 'write'], expires_at: null });
    expect(made.key).toMatch(/^sk-[\w-]{43}$/);
    expect(made.key.startsWith(made.prefix)).toBe(true);
    const { key, ...shown } = made;
    expect(await keysOf(alice)).toContainEqual(shown);
    const rows = await app.nest.get(Db).query<object>('SELECT * FROM api_keys WHERE id = ?', [made.id]);
    expect(JSON.stringify(rows)).toContain(made.prefix);
    expect(JSON.stringify(rows)).not.toContain(key.slice(made.prefix.length));
  });

  it.each<[string, readonly Scope[] | undefined, string, string]>([
    ['every scope', undefined, '200', '200'],
    ['read', ['read'], '200', FORBIDDEN],
    ['write', ['write'], FORBIDDEN, '200'],
    ['chat', ['chat'], FORBIDDEN, FORBIDDEN],
    ['no scope', [], FORBIDDEN, FORBIDDEN],
  ])('with %s looks and changes as far as that goes', async (_what, scopes, looking, changing) => {
    const { key } = await makeApiKey(app, alice, { ...(scopes && { scopes }) });
    expect([await look(key), await change(key)]).toEqual([looking, changing]);
  });

  it('of an admin does not administer, nor does any manage accounts', async () => {
    const { key } = await makeApiKey(app, admin);
    const { password } = admin;
    const changes = {
      current_password: password,
      new_password: 'another password',
      confirm_password: 'another password',
    };
    const attempts = await Promise.all([
      app.api.get<Reply>('/api/v1/admin/users', { token: key }),
      app.api.get<Reply>('/api/v1/admin/audit-logs', { token: key }),
      app.api.get<Reply>('/api/v1/auth/sessions', { token: key }),
      app.api.delete<Reply>(`/api/v1/auth/sessions/${newId()}`, undefined, { token: key }),
      app.api.post<Reply>('/api/v1/auth/logout', undefined, { token: key }),
      app.api.post<Reply>('/api/v1/auth/logout-all', undefined, { token: key }),
      app.api.get<Reply>(KEYS, { token: key }),
      create({ name: 'from a key' }, key),
      app.api.delete<Reply>(`${KEYS}/${newId()}`, undefined, { token: key }),
      app.api.post<Reply>('/api/v1/users/me/change-password', changes, { token: key }),
      app.api.delete<Reply>('/api/v1/users/me', { password }, { token: key }),
    ]);
    expect(attempts.map(outcome)).toEqual(Array(attempts.length).fill(FORBIDDEN));
    expect(await look(admin.token)).toBe('200');
  });

  it('expires', async () => {
    const expires_at = new Date(app.clock.now() + MINUTE).toISOString();
    const { key } = await makeApiKey(app, alice, { expires_at });
    app.clock.advance(MINUTE - 1);
    expect(await look(key)).toBe('200');
    app.clock.advance(1);
    expect(await look(key)).toBe(UNAUTHENTICATED);
  });

  it('is dead at once when it is revoked, and outlives the sessions', async () => {
    const person = await register(app);
    const [kept, gone] = [await makeApiKey(app, person), await makeApiKey(app, person)];
    expect([await look(kept.key), await look(gone.key)]).toEqual(['200', '200']);
    expect(await revoke(gone.id, person.token)).toBe('200');
    expect(await look(gone.key)).toBe(UNAUTHENTICATED);
    expect(await revoke(gone.id, person.token)).toBe(NOT_FOUND);
    await app.api.post('/api/v1/auth/logout-all', undefined, { token: person.token });
    expect(await look(kept.key)).toBe('200');
  });

  it('is dead at once when its user is deactivated or deleted', async () => {
    const [first, second] = await Promise.all([register(app), register(app)]);
    const keys = [(await makeApiKey(app, first)).key, (await makeApiKey(app, second)).key];
    for (const key of keys) expect(await look(key)).toBe('200');
    await app.api.patch(`/api/v1/admin/users/${first.id}`, { is_active: false }, { token: admin.token });
    await app.api.delete('/api/v1/users/me', { password: second.password }, { token: second.token });
    for (const key of keys) expect(await look(key)).toBe(UNAUTHENTICATED);
  });

  it('tells its last use, written at most once a minute', async () => {
    const { key, id } = await makeApiKey(app, alice, {});
    const lastUse = async (): Promise<string | null | undefined> =>
      (await keysOf(await signIn(app, alice))).find((each) => each.id === id)?.last_used_at;
    expect(await lastUse()).toBeNull();
    await look(key);
    const first = app.clock.date().toISOString();
    expect(await lastUse()).toBe(first);
    app.clock.advance(MINUTE - 1);
    await look(key);
    expect(await lastUse()).toBe(first);
    app.clock.advance(3_000);
    await look(key);
    expect(await lastUse()).toBe(app.clock.date().toISOString());
  });

  it.each([
    ['an unknown one', `sk-${'a'.repeat(43)}`],
    ['a short one', 'sk-'],
    ['a long one', `sk-${'a'.repeat(4_000)}`],
    ['one of another kind', 'pk-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'],
  ])('is refused when it is %s', async (_what, key) => {
    expect(await look(key)).toBe(UNAUTHENTICATED);
  });

  it('is compared letter by letter', async () => {
    const { key } = await makeApiKey(app, alice);
    for (const other of [key.toUpperCase().replace('SK-', 'sk-'), `${key}a`, key.slice(0, -1), `sk-${key}`]) {
      expect(await look(other)).toBe(UNAUTHENTICATED);
    }
  });
});

describe('making an API key', () => {
  it.each([
    ['no name', {}, 'name'],
    ['a blank name', { name: '  ' }, 'name'],
    ['101 characters', { name: 'a'.repeat(101) }, 'name'],
    ['NUL', { name: 'a\u0000b' }, 'name'],
    ['a past expiry', { name: 'a', expires_at: '2020-01-01' }, 'expires_at'],
    ['an impossible expiry', { name: 'a', expires_at: '2030-02-31' }, 'expires_at'],
    ['an expiry that is a number', { name: 'a', expires_at: 1893456000000 }, 'expires_at'],
    ['an unknown scope', { name: 'a', scopes: ['admin'] }, 'scopes'],
    ['a scope that is no list', { name: 'a', scopes: 'read' }, 'scopes'],
    ['null for its scopes', { name: 'a', scopes: null }, 'scopes'],
    ['a key of its own', { name: 'a', key: `sk-${'a'.repeat(43)}` }, 'key'],
    ['another user', { name: 'a', user_id: newId() }, 'user_id'],
  ])('refuses %s', async (_what, body, field) => {
    expect(outcome(await create(body))).toBe(invalid(field));
  });

  it('refuses an expiry that is now', async () => {
    expect(outcome(await create({ name: 'a', expires_at: app.clock.date().toISOString() }))).toBe(
      invalid('expires_at'),
    );
  });
});

describe('the keys of others', () => {
  it('are neither listed nor found', async () => {
    const bob = await register(app);
    const { id, key } = await makeApiKey(app, alice);
    expect(await keysOf(bob)).toEqual([]);
    expect(await revoke(id, bob.token)).toBe(NOT_FOUND);
    expect(await revoke(newId(), bob.token)).toBe(NOT_FOUND);
    expect(await look(key)).toBe('200');
  });
});
