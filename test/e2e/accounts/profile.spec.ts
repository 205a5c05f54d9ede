import { AuditLog } from '#audit';
import { Db } from '#platform';
import {
  freshName,
  makeApiKey,
  PASSWORD,
  type Person,
  register,
  registerAdmin,
  type UserView,
} from '../../factories/people';
import type { ApiAnswer } from '../../harness/api-client';
import { CONFLICT, FORBIDDEN, invalid, outcome, type Reply, UNAUTHENTICATED } from '../../harness/reply';
import { startApp, type TestApp } from '../../harness/start-app';

const ME = '/api/v1/users/me';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

const me = (token: string): Promise<ApiAnswer<Reply<UserView>>> => app.api.get(ME, { token });
const login = async (username: string): Promise<string> =>
  outcome(await app.api.post<Reply>('/api/v1/auth/login', { username, password: PASSWORD }));

describe('the profile', () => {
  it.each(['PUT', 'PATCH'])('is changed by %s, name or email or both', async (method) => {
    const person = await register(app);
    const change = (body: object): Promise<ApiAnswer<Reply<UserView>>> =>
      app.api.send(method, ME, { token: person.token, body });
    const [username, email] = [freshName('Renamed'), `${freshName()}@example.org`];
    app.clock.advance(1000);
    expect((await change({ username })).body.data).toMatchObject({ username, email: person.email });
    expect((await change({ email })).body.data).toMatchObject({ username, email });
    const { data } = (await me(person.token)).body;
    expect(data).toMatchObject({ username, email, updated_at: app.clock.date().toISOString() });
    expect(Date.parse(data.created_at)).toBe(app.clock.now() - 1000);
    expect([await login(username), await login(email), await login(person.username)]).toEqual([
      '200',
      '200',
      UNAUTHENTICATED,
    ]);
  });

  it('lets the old name and address go to others', async () => {
    const [first, second] = await Promise.all([register(app), register(app)]);
    const change = async ({ token }: Person, body: object): Promise<string> =>
      outcome(await app.api.patch<Reply>(ME, body, { token }));
    expect(await change(second, { username: first.username.toUpperCase() })).toBe(invalid('username'));
    expect(await change(second, { email: first.email.toUpperCase() })).toBe(invalid('email'));
    expect(await change(first, { username: freshName(), email: `${freshName()}@example.org` })).toBe('200');
    expect(await change(second, { username: first.username, email: first.email })).toBe('200');
  });

  it('may change the case of its own name', async () => {
    const person = await register(app);
    const username = person.username.toUpperCase();
    const changed = await app.api.patch<Reply<UserView>>(
      ME,
      { username, email: person.email },
      { token: person.token },
    );
    expect(changed.body.data).toMatchObject({ id: person.id, username });
  });

  it('gives a name to one of those who want it at once', async () => {
    const people = await Promise.all(Array.from({ length: 6 }, () => register(app)));
    const outcomes = await Promise.all(
      people.map(async ({ token }) => outcome(await app.api.patch<Reply>(ME, { username: 'coveted' }, { token }))),
    );
    expect(outcomes.sort()).toEqual(['200', ...Array<string>(5).fill(invalid('username'))]);
  });

  it.each([
    ['username', 'ab'],
    ['username', 'bo\u200bb-smith'],
    ['username', null],
    ['email', 'nobody'],
    ['email', null],
    ['role', 'admin'],
    ['roles', ['admin']],
    ['permissions', ['users:write']],
    ['is_vip', true],
    ['is_active', true],
    ['id', '019b76da-a800-7000-8000-000000000002'],
    ['plan', 'vip'],
    ['password', 'another password'],
    ['created_at', '2020-01-01'],
  ])('refuses %s as %j and changes nothing', async (field, value) => {
    const person = await register(app);
    const before = (await me(person.token)).body.data;
    const body = { username: freshName(), [field]: value };
    expect(outcome(await app.api.patch<Reply>(ME, body, { token: person.token }))).toBe(invalid(field));
    expect((await me(person.token)).body.data).toEqual(before);
  });
});

describe('deleting the account', () => {
  const remove = async ({ token }: Person, password: unknown): Promise<string> =>
    outcome(await app.api.delete<Reply>(ME, { password }, { token }));

  it('wants the password', async () => {
    const person = await register(app);
    for (const password of ['wrong password', '', null, undefined]) {
      expect(await remove(person, password)).toBe(invalid('password'));
    }
    expect(outcome(await app.api.delete<Reply>(ME, undefined, { token: person.token }))).toBe(invalid('password'));
    expect(outcome(await me(person.token))).toBe('200');
  });

  it('leaves nothing of the user but what the audit log tells', async () => {
    const person = await register(app);
    const { key } = await makeApiKey(app, person);
    await app.api.post('/api/v1/auth/forgot-password', { email: person.email });
    expect(await remove(person, PASSWORD)).toBe('200');
    for (const token of [person.token, key]) expect(outcome(await me(token))).toBe(UNAUTHENTICATED);
    const refreshed = await app.api.post<Reply>('/api/v1/auth/refresh', { refresh_token: person.refreshToken });
    expect(outcome(refreshed)).toBe(UNAUTHENTICATED);
    expect(await login(person.username)).toBe(UNAUTHENTICATED);
    const db = app.nest.get(Db);
    for (const table of ['sessions', 'api_keys', 'user_roles', 'password_resets']) {
      expect(await db.query(`SELECT 1 FROM ${table} WHERE user_id = ?`, [person.id])).toEqual([]);
    }
    expect(await db.query('SELECT 1 FROM users WHERE id = ?', [person.id])).toEqual([]);
    const { entries } = await app.nest.get(AuditLog).search({ target: person.id, action: 'user.deleted', limit: 1 });
    expect(entries).toMatchObject([{ actor: { id: person.id, username: '(deleted)' } }]);
    await register(app, { username: person.username, email: person.email });
  });

  it('happens once, however often it is asked for at once', async () => {
    const person = await register(app);
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => remove(person, PASSWORD)));
    expect(outcomes.sort()).toEqual(['200', UNAUTHENTICATED, UNAUTHENTICATED, UNAUTHENTICATED]);
  });

  it('is refused to the last admin', async () => {
    const [first, second] = [await registerAdmin(app), await registerAdmin(app)];
    const outcomes = await Promise.all([remove(first, PASSWORD), remove(second, PASSWORD)]);
    expect(outcomes.sort()).toEqual(['200', CONFLICT]);
  });

  it('is refused to an API key', async () => {
    const { key } = await makeApiKey(app, await register(app));
    expect(outcome(await app.api.delete<Reply>(ME, { password: PASSWORD }, { token: key }))).toBe(FORBIDDEN);
  });
});
