import { makeApiKey, type Person, register, registerAdmin, registration, signIn } from '../../factories/people';
import { nameOf, routesOf } from '../../factories/routes';
import type { ApiAnswer } from '../../harness/api-client';
import { createTestDatabase } from '../../harness/database';
import type { TestDatabase } from '../../harness/databases/test-database';
import { eventually } from '../../harness/eventually';
import { describeWithRedis, RedisServer } from '../../harness/redis-server';
import { FORBIDDEN, invalid, outcome, type Reply, UNAUTHENTICATED } from '../../harness/reply';
import { startApp, type TestApp } from '../../harness/start-app';
import { TestClock } from '../../harness/test-clock';

const KEPT_MS = 3_000;
const CONFIGURATION = {
  SECRET_KEY: 'a key that both replicas have',
  ADMIN_USERNAME: 'root',
  ADMIN_EMAIL: 'root@example.org',
  ADMIN_PASSWORD: 'the password of root',
};

let database: TestDatabase;
let clock: TestClock;
let here: TestApp;
let there: TestApp;

async function startBoth(environment: Record<string, string>): Promise<void> {
  database = await createTestDatabase();
  clock = new TestClock();
  const start = (): Promise<TestApp> =>
    startApp({ database, clock, environment: { ...CONFIGURATION, ...environment } });
  [here, there] = await Promise.all([start(), start()]);
}

async function stopBoth(): Promise<void> {
  await Promise.all([here.stop(), there.stop()]);
  await database.drop();
}

const me = async (app: TestApp, token: string): Promise<string> =>
  outcome(await app.api.get<Reply>('/api/v1/users/me', { token }));
const users = async (app: TestApp, token: string): Promise<string> =>
  outcome(await app.api.get<Reply>('/api/v1/admin/users', { token }));

/** What ends somebody's access here; each is given someone new. */
const endings: Record<string, (person: Person, admin: Person) => Promise<ApiAnswer>> = {
  logout: ({ token }) => here.api.post('/api/v1/auth/logout', undefined, { token }),
  'logout-all': ({ token }) => here.api.post('/api/v1/auth/logout-all', undefined, { token }),
  deactivation: ({ id }, admin) =>
    here.api.patch(`/api/v1/admin/users/${id}`, { is_active: false }, { token: admin.token }),
  deletion: ({ token, password }) => here.api.delete('/api/v1/users/me', { password }, { token }),
  'sessions ended by an admin': ({ id }, admin) =>
    here.api.delete(`/api/v1/admin/users/${id}/sessions`, undefined, { token: admin.token }),
  'a change of the password elsewhere': async (person) => {
    const { token, password } = await signIn(here, person);
    const body = { current_password: password, new_password: 'another password', confirm_password: 'another password' };
    return here.api.post('/api/v1/users/me/change-password', body, { token });
  },
};

/** What somebody there may do a day, whose plan is changed here from one request to two. */
async function withChangedPlan(): Promise<() => Promise<number | null>> {
  const { token } = await signIn(here, { username: 'root', password: 'the password of root' });
  const person = await register(here);
  const limits = { daily_requests: 1, monthly_requests: null, daily_tokens: null, monthly_tokens: null };
  await here.api.post('/api/v1/admin/plans', { name: 'changing', ...limits }, { token });
  await here.api.patch(`/api/v1/admin/users/${person.id}`, { plan: 'changing' }, { token });
  const limitThere = async () => {
    const path = '/api/v1/users/me/quota';
    type Quota = Reply<{ daily_limit: { requests: number | null } }>;
    return (await there.api.get<Quota>(path, { token: person.token })).body.data.daily_limit.requests;
  };
  await eventually(async () => (await limitThere()) === 1);
  await here.api.put('/api/v1/admin/plans/changing', { daily_requests: 2 }, { token });
  return limitThere;
}

describe('two replicas on one database', () => {
  // Also where the suites are given a Redis.
  beforeAll(() => startBoth({ REDIS_URL: '' }));
  afterAll(stopBoth);

  it('make the first admin once', async () => {
    const root = { username: 'root', password: 'the password of root' };
    const [one, two] = await Promise.all([signIn(here, root), signIn(there, root)]);
    expect(one.id).toBe(two.id);
  });

  it('know each other’s tokens', async () => {
    const person = await register(here);
    expect(await me(there, person.token)).toBe('200');
    const answer = await there.api.post<Reply>('/api/v1/auth/refresh', { refresh_token: person.refreshToken });
    expect(outcome(answer)).toBe('200');
  });

  it('give a name to one of 20 who ask for it at once', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, async (_, n) =>
        outcome(
          await (n % 2 ? here : there).api.post<Reply>('/api/v1/auth/register', registration({ username: 'wanted' })),
        ),
      ),
    );
    expect(outcomes.sort()).toEqual(['201', ...Array<string>(19).fill(invalid('username'))]);
  });

  it('give one successor to 20 who refresh at once', async () => {
    const { refreshToken } = await register(here);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        (n % 2 ? here : there).api.post<Reply<{ refresh_token: string }>>('/api/v1/auth/refresh', {
          refresh_token: refreshToken,
        }),
      ),
    );
    expect(answers.map(outcome)).toEqual(Array(20).fill('200'));
    expect(new Set(answers.map(({ body }) => body.data.refresh_token)).size).toBe(1);
  });

  it('leave one admin, when two are demoted at once', async () => {
    const root = await signIn(here, { username: 'root', password: 'the password of root' });
    const second = await registerAdmin(there);
    const demote = (app: TestApp, { id }: Person): Promise<ApiAnswer<Reply>> =>
      app.api.patch(`/api/v1/admin/users/${id}`, { roles: ['user'] }, { token: root.token });
    const outcomes = await Promise.all([demote(here, root), demote(there, second)]);
    expect(outcomes.filter(({ status }) => status === 200).length).toBe(1);
    const remaining = outcomes[0]?.status === 200 ? second : root;
    expect(await users(here, remaining.token)).toBe('200');
    await here.api.patch(`/api/v1/admin/users/${root.id}`, { roles: ['user', 'admin'] }, { token: remaining.token });
  });

  it.each(Object.keys(endings))('see within three seconds what a %s here ended', async (ending) => {
    const admin = await signIn(here, { username: 'root', password: 'the password of root' });
    const person = await register(here);
    expect(await me(there, person.token)).toBe('200');
    expect((await endings[ending]?.(person, admin))?.status).toBe(200);
    expect(await me(here, person.token)).toBe(UNAUTHENTICATED);
    clock.advance(KEPT_MS);
    expect(await me(there, person.token)).toBe(UNAUTHENTICATED);
    const refreshed = await there.api.post<Reply>('/api/v1/auth/refresh', { refresh_token: person.refreshToken });
    expect(outcome(refreshed)).toBe(UNAUTHENTICATED);
  });

  it('answer 401 to a user who was deleted there a moment ago, whatever he asks for', async () => {
    const routes = (await routesOf(here.baseUrl)).filter(
      ({ isPublic, path, parameters }) =>
        !isPublic && parameters.length === 0 && /^\/api\/v1\/(auth|users)\//.test(path),
    );
    const outcomes: Record<string, string> = {};
    for (const route of routes) {
      const ghost = await register(here);
      expect(await me(there, ghost.token)).toBe('200');
      await here.api.delete('/api/v1/users/me', { password: ghost.password }, { token: ghost.token });
      const answer = await there.api.send<Reply>(route.method, route.path, {
        token: ghost.token,
        ...(route.body && { body: route.body }),
      });
      outcomes[nameOf(route)] = outcome(answer);
    }
    expect(outcomes).toEqual({
      ...Object.fromEntries(routes.map((route) => [nameOf(route), UNAUTHENTICATED])),
      // Here nothing is told or changed.
      'POST /api/v1/auth/logout': '200',
      'POST /api/v1/auth/logout-all': '200',
      'GET /api/v1/auth/sessions': '200',
      'GET /api/v1/users/me/api-keys': '200',
      'GET /api/v1/users/me/connections': '200',
      'GET /api/v1/users/me/usage': '200',
    });
  });

  it('see within five seconds that a plan has changed', async () => {
    const limitThere = await withChangedPlan();
    clock.advance(5_000);
    expect(await limitThere()).toBe(2);
  });

  it('see within three seconds that an API key is revoked', async () => {
    const person = await register(here);
    const { id, key } = await makeApiKey(here, person);
    expect(await me(there, key)).toBe('200');
    await here.api.delete(`/api/v1/users/me/api-keys/${id}`, undefined, { token: person.token });
    expect(await me(here, key)).toBe(UNAUTHENTICATED);
    clock.advance(KEPT_MS);
    expect(await me(there, key)).toBe(UNAUTHENTICATED);
  });
});

describe('a first admin', () => {
  it('is made once, and later values change nothing', async () => {
    const own = await createTestDatabase();
    const start = (ADMIN_USERNAME: string, ADMIN_PASSWORD: string): Promise<TestApp> => {
      const environment = { ADMIN_USERNAME, ADMIN_EMAIL: `${ADMIN_USERNAME}@example.org`, ADMIN_PASSWORD };
      return startApp({ database: own, environment });
    };
    const first = await start('first', 'the first password');
    const { token } = await signIn(first, { username: 'first', password: 'the first password' });
    expect(await users(first, token)).toBe('200');
    await first.stop();
    for (const name of ['first', 'second']) {
      const again = await start(name, 'the second password');
      const login = async (username: string, password: string): Promise<string> =>
        outcome(await again.api.post<Reply>('/api/v1/auth/login', { username, password }));
      expect(await login('first', 'the first password')).toBe('200');
      expect(await login(name, 'the second password')).toBe(UNAUTHENTICATED);
      await again.stop();
    }
    await own.drop();
  });
});

describeWithRedis('two replicas on one database and one Redis', () => {
  let redis: RedisServer;

  beforeAll(async () => {
    redis = await RedisServer.start();
    await startBoth({ REDIS_URL: redis.url });
    // Until each hears the other.
    const person = await register(here);
    await eventually(async () => {
      const { token } = await signIn(here, person);
      expect(await me(there, token)).toBe('200');
      await here.api.post('/api/v1/auth/logout', undefined, { token });
      return (await me(there, token)) === UNAUTHENTICATED;
    });
  });
  afterAll(async () => {
    await stopBoth();
    await redis.stop();
  });

  it.each(Object.keys(endings))('see at once what a %s here ended', async (ending) => {
    const admin = await signIn(here, { username: 'root', password: 'the password of root' });
    const person = await register(here);
    expect(await me(there, person.token)).toBe('200');
    expect((await endings[ending]?.(person, admin))?.status).toBe(200);
    // The clock stands still: it is the message that tells.
    await eventually(async () => (await me(there, person.token)) === UNAUTHENTICATED, 1_000);
  });

  it('see within a second that a plan has changed', async () => {
    const limitThere = await withChangedPlan();
    await eventually(async () => (await limitThere()) === 2, 1_000);
  });

  it('see at once that a role allows no more', async () => {
    const admin = await signIn(here, { username: 'root', password: 'the password of root' });
    const person = await register(here);
    const role = { name: 'clerk', permissions: ['users:read'] };
    await here.api.post('/api/v1/admin/roles', role, { token: admin.token });
    await here.api.patch(`/api/v1/admin/users/${person.id}`, { roles: ['clerk'] }, { token: admin.token });
    await eventually(async () => (await users(there, person.token)) === '200', 1_000);
    await here.api.put('/api/v1/admin/roles/clerk', { permissions: [] }, { token: admin.token });
    await eventually(async () => (await users(there, person.token)) === FORBIDDEN, 1_000);
  });
});
