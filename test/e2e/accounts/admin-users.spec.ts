import { newId } from '#kernel';
import {
  freshName,
  type Person,
  register,
  registerAdmin,
  registerWith,
  signIn,
  type UserView,
} from '../../factories/people';
import type { ApiAnswer } from '../../harness/api-client';
import { CONFLICT, FORBIDDEN, invalid, NOT_FOUND, outcome, type Reply, UNAUTHENTICATED } from '../../harness/reply';
import { startApp, type TestApp } from '../../harness/start-app';

interface AccountView extends UserView {
  readonly plan: string | null;
  readonly roles: readonly string[];
}

interface UsersView {
  readonly users: readonly AccountView[];
  readonly pagination: { page: number; size: number; total: number; pages: number };
}

const USERS = '/api/v1/admin/users';
const DAY = 86_400_000;

let app: TestApp;
let admin: Person;

beforeAll(async () => {
  app = await startApp();
  admin = await registerAdmin(app);
});
afterAll(() => app.stop());

const search = (query: string, { token }: Person = admin): Promise<ApiAnswer<Reply<UsersView>>> =>
  app.api.get(`${USERS}?${query}`, { token });
const patch = (id: string, body: unknown, { token }: Person = admin): Promise<ApiAnswer<Reply<AccountView>>> =>
  app.api.patch(`${USERS}/${id}`, body, { token });
const found = async (query: string): Promise<string[]> =>
  (await search(query)).body.data.users.map(({ username }) => username);
const me = async ({ token }: Person): Promise<Reply<UserView & { roles: string[]; permissions: string[] }>> =>
  (await app.api.get<Reply<UserView & { roles: string[]; permissions: string[] }>>('/api/v1/users/me', { token })).body;

describe('searching for users', () => {
  it('finds part of a name or an address, whatever its case', async () => {
    const { username } = await register(app, { username: 'Finn_100', email: 'Finn@Search.example' });
    for (const text of ['fInN_', '@search.EXAMPLE', 'ｆｉｎｎ', username]) {
      expect(await found(`search=${encodeURIComponent(text)}`)).toEqual([username]);
    }
  });

  it.each([['%'], ['Finn%'], ['F_nn'], ["' OR '1'='1"], ['\\'], ['!'], ['*'], ['"'], [freshName('absent')]])(
    'takes %s literally',
    async (text) => {
      expect(await found(`search=${encodeURIComponent(text)}`)).toEqual([]);
    },
  );

  it('filters by role, plan and activity, together with a text', async () => {
    const word = freshName('filtered');
    const people = [];
    for (const letter of ['a', 'b', 'c']) people.push(await register(app, { username: `${word}-${letter}` }));
    const [a, b] = people as [Person, Person, Person];
    await patch(a.id, { plan: 'vip' });
    await patch(b.id, { is_active: false });
    expect(await found(`search=${word}&plan=vip`)).toEqual([`${word}-a`]);
    await patch(b.id, { is_vip: true });
    expect(await found(`search=${word}&plan=vip`)).toEqual([`${word}-b`, `${word}-a`]);
    expect(await found(`search=${word}&plan=free`)).toEqual([`${word}-c`]);
    expect(await found(`search=${word}&is_active=false`)).toEqual([`${word}-b`]);
    expect(await found(`search=${word}&is_active=true&role=user`)).toEqual([`${word}-c`, `${word}-a`]);
    expect(await found(`search=${word}&role=admin`)).toEqual([]);
    expect(await found('role=admin')).toContain(admin.username);
    expect(await found('role=nothing')).toEqual([]);
  });

  it('pages, the newest first', async () => {
    const word = freshName('paged');
    for (const letter of ['a', 'b', 'c', 'd', 'e']) {
      app.clock.advance(1);
      await register(app, { username: `${word}-${letter}` });
    }
    const names = (letters: string): string[] => [...letters].map((letter) => `${word}-${letter}`);
    const first = await search(`search=${word}&size=2`);
    expect(first.body.data.pagination).toEqual({ page: 1, size: 2, total: 5, pages: 3 });
    expect(first.body.data.users.map(({ username }) => username)).toEqual(names('ed'));
    expect(await found(`search=${word}&size=2&page=3`)).toEqual(names('a'));
    expect(await found(`search=${word}&size=2&page=4`)).toEqual([]);
    expect(await found(`search=${word}&size=100`)).toEqual(names('edcba'));
  });

  it.each([
    ['page=0', 'page'],
    ['page=-1', 'page'],
    ['page=1.5', 'page'],
    ['page=1e3', 'page'],
    ['page=NaN', 'page'],
    ['page=', 'page'],
    ['page=99999999999999999999', 'page'],
    ['page=1&page=2', 'page'],
    ['page[]=1', 'page[]'],
    ['size=0', 'size'],
    ['size=101', 'size'],
    ['size=9007199254740993', 'size'],
    ['is_active=yes', 'is_active'],
    ['is_active=1', 'is_active'],
    ['search=a&search=b', 'search'],
    ['role=', 'role'],
    ['sort=password_hash', 'sort'],
    ['order=asc', 'order'],
    ['id=1', 'id'],
  ])('refuses ?%s', async (query, field) => {
    expect(outcome(await search(query))).toBe(invalid(field));
  });

  it('shows no password, hash or key', async () => {
    const { users } = (await search('size=1')).body.data;
    expect(Object.keys(users[0] ?? {}).sort()).toEqual([
      'created_at',
      'email',
      'id',
      'is_active',
      'is_vip',
      'plan',
      'roles',
      'updated_at',
      'usage',
      'username',
      'vip_expires_at',
    ]);
  });
});

describe('one user', () => {
  it('is found by id, in whatever case', async () => {
    const person = await register(app);
    const answer = await app.api.get<Reply<AccountView>>(`${USERS}/${person.id.toUpperCase()}`, { token: admin.token });
    expect(answer.body.data).toMatchObject({ id: person.id, username: person.username, roles: ['user'], plan: null });
  });

  it.each([[newId()], ['1'], ['me'], ["1' OR '1'='1"], ['%2e%2e%2fusers'], ['undefined']])(
    'is not found by %s',
    async (id) => {
      expect(outcome(await app.api.get<Reply>(`${USERS}/${id}`, { token: admin.token }))).toBe(NOT_FOUND);
      expect(outcome(await patch(id, { is_active: true }))).toBe(NOT_FOUND);
    },
  );
});

describe('changing a user', () => {
  it('makes a VIP for a time, at once', async () => {
    const person = await register(app);
    expect((await me(person)).data.is_vip).toBe(false);
    const vip_expires_at = new Date(app.clock.now() + DAY).toISOString();
    const { data } = (await patch(person.id, { is_vip: true, vip_expires_at })).body;
    expect(data).toMatchObject({ is_vip: true, vip_expires_at });
    const session = await signIn(app, person);
    expect((await me(session)).data).toMatchObject({ is_vip: true, vip_expires_at });
    app.clock.advance(DAY);
    const later = await signIn(app, person);
    expect((await me(later)).data).toMatchObject({ is_vip: false, vip_expires_at });
    const again = await signIn(app, admin);
    expect((await patch(person.id, { is_vip: true }, again)).body.data).toMatchObject({
      is_vip: true,
      vip_expires_at: null,
    });
    admin = again;
  });

  it('deactivates at once, and what ended stays ended', async () => {
    const person = await register(app);
    await me(person);
    expect((await patch(person.id, { is_active: false })).body.data.is_active).toBe(false);
    const refreshed = await app.api.post<Reply>('/api/v1/auth/refresh', { refresh_token: person.refreshToken });
    expect([outcome(refreshed), (await me(person)).error.code]).toEqual([UNAUTHENTICATED, 'AUTHENTICATION_ERROR']);
    await patch(person.id, { is_active: true });
    expect((await me(person)).error.code).toBe('AUTHENTICATION_ERROR');
    expect((await me(await signIn(app, person))).success).toBe(true);
  });

  it.each([
    ['is_active', 'true'],
    ['is_active', null],
    ['is_vip', 1],
    ['vip_expires_at', 'tomorrow'],
    ['vip_expires_at', '2026-02-30'],
    ['vip_expires_at', 1e15],
    ['plan', ''],
    ['plan', 'a'.repeat(51)],
    ['plan', 1],
    ['plan', 'nothing'],
    ['plan', 'VIP'],
    ['roles', 'admin'],
    ['roles', ['nothing']],
    ['roles', ['user', 'nothing']],
    ['roles', [1]],
    ['roles', [['admin']]],
    ['roles', null],
    ['roles', Array(51).fill('user')],
    ['role', 'admin'],
    ['id', newId()],
    ['username', 'another'],
    ['password', 'another password'],
    ['email', 'a@example.org'],
  ])('refuses %s as %j and changes nothing', async (field, value) => {
    const person = await register(app);
    const before = (await me(person)).data;
    expect(outcome(await patch(person.id, { is_vip: true, [field]: value }))).toBe(invalid(field));
    expect((await me(person)).data).toEqual(before);
  });

  it('takes a plan away again', async () => {
    const person = await register(app);
    expect((await patch(person.id, { plan: 'vip' })).body.data.plan).toBe('vip');
    expect((await patch(person.id, { plan: null })).body.data.plan).toBeNull();
  });

  it('gives and takes roles from the next request on', async () => {
    const person = await register(app);
    expect(outcome(await search('', person))).toBe(FORBIDDEN);
    expect((await patch(person.id, { roles: ['admin', 'user', 'user'] })).body.data.roles).toEqual(['admin', 'user']);
    expect(outcome(await search('', person))).toBe('200');
    expect((await me(person)).data.permissions).toContain('audit:read');
    expect((await patch(person.id, { roles: [] })).body.data.roles).toEqual([]);
    expect(outcome(await search('', person))).toBe(FORBIDDEN);
  });
});

describe('who may not do everything', () => {
  it('makes neither himself nor another an admin', async () => {
    const clerk = await registerWith(app, admin, 'users:read', 'users:write');
    const friend = await register(app);
    for (const { id } of [clerk, friend]) {
      expect(outcome(await patch(id, { roles: ['user', 'admin'] }, clerk))).toBe(FORBIDDEN);
    }
    expect((await me(friend)).data.roles).toEqual(['user']);
    expect(outcome(await patch(admin.id, { roles: ['user'] }, clerk))).toBe(FORBIDDEN);
    expect(outcome(await patch(friend.id, { is_vip: true }, clerk))).toBe('200');
  });

  it('passes on a role that he has himself', async () => {
    const clerk = await registerWith(app, admin, 'users:read', 'users:write');
    const friend = await register(app);
    const { roles } = (await me(clerk)).data;
    expect((await patch(friend.id, { roles }, clerk)).body.data.roles).toEqual(roles);
  });

  it('does what his permissions say and no more', async () => {
    const reader = await registerWith(app, admin, 'users:read');
    const person = await register(app);
    expect(outcome(await search('', reader))).toBe('200');
    expect(outcome(await patch(person.id, { is_vip: true }, reader))).toBe(FORBIDDEN);
    const sessions = `${USERS}/${person.id}/sessions`;
    expect(outcome(await app.api.delete<Reply>(sessions, undefined, { token: reader.token }))).toBe(FORBIDDEN);
    expect(outcome(await app.api.get<Reply>('/api/v1/admin/audit-logs', { token: reader.token }))).toBe(FORBIDDEN);
  });
});

describe('the last admin', () => {
  let other: TestApp;
  let last: Person;

  beforeAll(async () => {
    other = await startApp({
      environment: { ADMIN_USERNAME: 'root', ADMIN_EMAIL: 'root@example.org', ADMIN_PASSWORD: 'the password of root' },
    });
    last = await signIn(other, { username: 'root', password: 'the password of root' });
  });
  afterAll(() => other.stop());

  const change = async (id: string, body: object, { token } = last): Promise<string> =>
    outcome(await other.api.patch<Reply>(`${USERS}/${id}`, body, { token }));

  it('is neither demoted nor deactivated nor deleted', async () => {
    expect(await change(last.id, { roles: ['user'] })).toBe(CONFLICT);
    expect(await change(last.id, { is_active: false })).toBe(CONFLICT);
    const removed = await other.api.delete<Reply>(
      '/api/v1/users/me',
      { password: last.password },
      { token: last.token },
    );
    expect(outcome(removed)).toBe(CONFLICT);
    expect(await change(last.id, { is_vip: true })).toBe('200');
  });

  it('remains, when two demote each other at once', async () => {
    const second = await register(other);
    expect(await change(second.id, { roles: ['admin'] })).toBe('200');
    const outcomes = await Promise.all([
      change(second.id, { roles: ['user'] }, last),
      change(last.id, { is_active: false }, second),
    ]);
    expect(outcomes.filter((each) => each === '200')).toHaveLength(1);
    const loser = outcomes.find((each) => each !== '200');
    // Whoever came second is no admin any more, or would take away the last one.
    expect([CONFLICT, FORBIDDEN, UNAUTHENTICATED]).toContain(loser);
  });
});
