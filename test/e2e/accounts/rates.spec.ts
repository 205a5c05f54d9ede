import { createTestDatabase } from '../../harness/database';
import type { TestDatabase } from '../../harness/databases/test-database';
import { freshName, makeApiKey, PASSWORD, type Person, registration } from '../../factories/people';
import type { ApiAnswer } from '../../harness/api-client';
import { describeWithRedis, RedisServer } from '../../harness/redis-server';
import { FORBIDDEN, outcome, RATE_LIMITED, type Reply, UNAUTHENTICATED } from '../../harness/reply';
import { startApp, type TestApp } from '../../harness/start-app';
import { TestClock } from '../../harness/test-clock';

const MINUTE = 60_000;
const DEFAULTS = {
  RATE_LIMIT_AUTH: '5/60',
  RATE_LIMIT_LOGIN_ADDRESS: '20/60',
  RATE_LIMIT_DEFAULT: '100/60',
  TRUST_PROXY: '1',
};

let app: TestApp;
let alice: Person;
let bob: Person;
let addresses = 0;

beforeAll(async () => {
  app = await startApp({ environment: DEFAULTS });
  // Each from an address of its own.
  [alice, bob] = await Promise.all([registerFrom(freshAddress()), registerFrom(freshAddress())]);
});
afterAll(() => app.stop());

const freshAddress = (): string => `203.0.113.${++addresses}`;
const from = (address: string): { headers: Record<string, string> } => ({ headers: { 'x-forwarded-for': address } });

async function registerFrom(address: string): Promise<Person> {
  const body = registration();
  const { body: answer } = await post('register', body, address);
  const { user, access_token, refresh_token } = (
    answer as Reply<{ user: { id: string }; access_token: string; refresh_token: string }>
  ).data;
  return {
    id: user.id,
    username: String(body['username']),
    email: String(body['email']),
    password: PASSWORD,
    token: access_token,
    refreshToken: refresh_token,
  };
}

function post(path: string, body: unknown, address: string, on = app): Promise<ApiAnswer<Reply>> {
  return on.api.post(`/api/v1/auth/${path}`, body, from(address));
}

function login(username: string, address: string, password = 'wrong password', on = app): Promise<ApiAnswer<Reply>> {
  return post('login', { username, password }, address, on);
}

function ratesIn({ headers }: ApiAnswer): (string | null)[] {
  return ['ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset', 'retry-after'].map((name) => headers.get(name));
}

async function times<T>(count: number, work: (n: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let n = 0; n < count; n++) results.push(await work(n));
  return results;
}

describe('logins', () => {
  it('are five a minute by address and account, and say so', async () => {
    const address = freshAddress();
    const answers = await times(5, () => login(alice.username, address));
    expect(answers.map(outcome)).toEqual(Array(5).fill(UNAUTHENTICATED));
    expect(answers.map(ratesIn)).toEqual(['4', '3', '2', '1', '0'].map((left) => ['5', left, '60', null]));
    app.clock.advance(20_000);
    const sixth = await login(alice.username, address, PASSWORD);
    expect(outcome(sixth)).toBe(RATE_LIMITED);
    expect(ratesIn(sixth)).toEqual(['5', '0', '40', '40']);
    expect(sixth.body.error.details).toEqual({ retry_after: 40 });
  });

  it('count an account whatever the spelling of its name', async () => {
    const address = freshAddress();
    const { username } = alice;
    const spellings = [username, username.toUpperCase(), username.replace('p', 'ｐ'), username, username.toUpperCase()];
    for (const spelling of spellings) expect(outcome(await login(spelling, address))).toBe(UNAUTHENTICATED);
    expect(outcome(await login(username, address))).toBe(RATE_LIMITED);
  });

  it('of another account, or of another address, are free', async () => {
    const address = freshAddress();
    await times(6, () => login(alice.username, address));
    expect(outcome(await login(bob.username, address, PASSWORD))).toBe('200');
    expect(outcome(await login(alice.username, freshAddress(), PASSWORD))).toBe('200');
  });

  it('are twenty a minute by address, whatever the accounts', async () => {
    const address = freshAddress();
    const answers = await times(20, () => login(freshName('nobody'), address));
    expect(answers.map(outcome)).toEqual(Array(20).fill(UNAUTHENTICATED));
    const refused = await login(freshName('nobody'), address);
    expect(outcome(refused)).toBe(RATE_LIMITED);
    expect(ratesIn(refused)).toEqual(['20', '0', '60', '60']);
    expect(outcome(await login(bob.username, freshAddress(), PASSWORD))).toBe('200');
  });

  it('are counted exactly, however many come at once', async () => {
    const address = freshAddress();
    const answers = await Promise.all(Array.from({ length: 12 }, () => login(alice.username, address)));
    expect(answers.map(outcome).sort()).toEqual([
      ...Array<string>(5).fill(UNAUTHENTICATED),
      ...Array<string>(7).fill(RATE_LIMITED),
    ]);
  });

  it('come free one by one, as the window slides', async () => {
    const address = freshAddress();
    const attempt = async (): Promise<string> => outcome(await login(alice.username, address));
    await times(3, attempt);
    app.clock.advance(30_000);
    await times(2, attempt);
    app.clock.advance(30_000 - 1);
    expect(await attempt()).toBe(RATE_LIMITED);
    app.clock.advance(1);
    expect(await times(4, attempt)).toEqual([UNAUTHENTICATED, UNAUTHENTICATED, UNAUTHENTICATED, RATE_LIMITED]);
    app.clock.advance(30_000);
    expect(await times(3, attempt)).toEqual([UNAUTHENTICATED, UNAUTHENTICATED, RATE_LIMITED]);
  });

  it('are counted when they are malformed, too', async () => {
    const address = freshAddress();
    const answers = await times(6, () => post('login', { username: ['a'], password: 1 }, address));
    expect(answers.map(({ status }) => status)).toEqual([422, 422, 422, 422, 422, 429]);
  });
});

describe('registration, forgot and reset', () => {
  it('are five a minute by address, together', async () => {
    const address = freshAddress();
    const answers = [
      await post('register', registration(), address),
      await post('forgot-password', { email: alice.email }, address),
      await post('reset-password', { token: 'a', new_password: PASSWORD, confirm_password: PASSWORD }, address),
      await post('register', {}, address),
      await post('forgot-password', {}, address),
      await post('register', registration(), address),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 200, 422, 422, 422, 429]);
    expect(answers.map((answer) => ratesIn(answer)[1])).toEqual(['4', '3', '2', '1', '0', '0']);
    expect((await post('register', registration(), freshAddress())).status).toBe(201);
  });
});

describe('the integer-id door', () => {
  const at = (path: string, body: object, address: string): Promise<ApiAnswer> =>
    app.api.post(`/api/users/${path}`, body, from(address));

  it('counts its registrations with the others', async () => {
    const address = freshAddress();
    const register = (): Promise<ApiAnswer> => at('register', { username: freshName(), password: PASSWORD }, address);
    const four = await times(4, register);
    expect([...four, await post('register', {}, address)].map(({ status }) => status)).toEqual([
      ...[201, 201, 201, 201, 422],
    ]);
    const sixth = await register();
    expect([sixth.status, sixth.body, ratesIn(sixth)]).toEqual([
      ...[429, { error: expect.any(String) as string }, ['5', '0', '60', '60']],
    ]);
  });

  it('counts its logins with the others, by address and account', async () => {
    const address = freshAddress();
    const { username } = alice;
    const attempt = (password: string): Promise<ApiAnswer> => at('login', { username, password }, address);
    const four = await times(4, () => attempt('wrong password'));
    expect(four.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    expect(outcome(await login(username.toUpperCase(), address))).toBe(UNAUTHENTICATED);
    const sixth = await attempt(PASSWORD);
    expect([sixth.status, ratesIn(sixth)]).toEqual([429, ['5', '0', '60', '60']]);
    expect((await at('login', { username, password: PASSWORD }, freshAddress())).status).toBe(200);
  });
});

describe('everything else', () => {
  const me = (token: string, address: string): Promise<ApiAnswer<Reply>> =>
    app.api.get('/api/v1/users/me', { token, ...from(address) });

  it('is a hundred a minute by user, whatever the address and the credential', async () => {
    const person = await registerFrom(freshAddress());
    const { key } = await makeApiKey(app, person);
    const answers = await times(99, (n) => me(n % 2 ? person.token : key, freshAddress().replace('113', '7')));
    expect(new Set(answers.map(outcome))).toEqual(new Set(['200']));
    expect(ratesIn(answers[0] as ApiAnswer)).toEqual(['100', '98', '60', null]);
    expect(outcome(await me(key, freshAddress()))).toBe(RATE_LIMITED);
    expect(outcome(await me(bob.token, freshAddress()))).toBe('200');
    app.clock.advance(MINUTE);
    expect(outcome(await me(person.token, freshAddress()))).toBe('200');
  });

  it('is a hundred a minute by address for who has no credential or a bad one', async () => {
    const address = freshAddress();
    const answers = await times(100, (n) =>
      n % 2 ? me('nonsense', address) : app.api.get<Reply>('/api/v1/users/me', from(address)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    const refused = await me('nonsense', address);
    expect(outcome(refused)).toBe(RATE_LIMITED);
    expect(ratesIn(refused)).toEqual(['100', '0', '60', '60']);
    expect(outcome(await me(alice.token, address))).toBe('200');
  });

  it('counts refusals like answers', async () => {
    const person = await registerFrom(freshAddress());
    const admins = (): Promise<ApiAnswer<Reply>> =>
      app.api.get('/api/v1/admin/users', { token: person.token, ...from(freshAddress()) });
    const answers = await times(100, admins);
    expect(new Set(answers.map(outcome))).toEqual(new Set([FORBIDDEN]));
    expect(outcome(await admins())).toBe(RATE_LIMITED);
  });

  it('leaves health, metrics and the document alone', async () => {
    const address = freshAddress();
    for (const path of ['/health/live', '/api/v1/health/live', '/metrics', '/openapi.json']) {
      const answers = await times(101, () => app.api.get(path, from(address)));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      expect(ratesIn(answers[0] as ApiAnswer)).toEqual([null, null, null, null]);
    }
  });
});

describe('X-Forwarded-For', () => {
  const tried = async (environment: Record<string, string>, headersOf: (n: number) => string): Promise<number> => {
    const other = await startApp({ environment: { ...DEFAULTS, ...environment } });
    const answers = await times(6, (n) => login(alice.username, headersOf(n), PASSWORD, other));
    await other.stop();
    return answers.filter(({ status }) => status === 429).length;
  };

  it('counts for nothing unless a proxy is trusted', async () => {
    expect(await tried({ TRUST_PROXY: '0' }, (n) => `198.51.100.${n}`)).toBe(1);
  });

  it('counts as far as hops are trusted, whatever a client puts before', async () => {
    expect(await tried({ TRUST_PROXY: '1' }, (n) => `198.51.100.${n}, 203.0.113.9`)).toBe(1);
    expect(await tried({ TRUST_PROXY: '1' }, (n) => `203.0.113.9, 198.51.100.${n}`)).toBe(0);
    expect(await tried({ TRUST_PROXY: '2' }, (n) => `192.0.2.${n}, 203.0.113.9, 10.0.0.1`)).toBe(1);
  });

  it('counts from addresses that are trusted alone', async () => {
    expect(await tried({ TRUST_PROXY: '10.0.0.0/8' }, (n) => `198.51.100.${n}`)).toBe(1);
    expect(await tried({ TRUST_PROXY: '127.0.0.0/8' }, (n) => `198.51.100.${n}`)).toBe(0);
  });

  it('counts an IPv6 network as one', async () => {
    expect(await tried({}, (n) => `2001:db8:1:2::${n}`)).toBe(1);
    expect(await tried({}, (n) => `2001:db8:1:${n}::1`)).toBe(0);
  });

  it('may be nonsense', async () => {
    for (const value of ['unknown', '_hidden', '1.2.3.4.5', 'a'.repeat(2_000), ',,,', '::ffff:1.2.3.4', "' OR 1=1"]) {
      expect(outcome(await login(bob.username, value, PASSWORD))).toBe('200');
    }
  });
});

describe('limits that are 0', () => {
  it('are off, each by itself', async () => {
    const other = await startApp({ environment: { ...DEFAULTS, RATE_LIMIT_AUTH: '0' } });
    const address = freshAddress();
    const registered = await times(8, () => post('register', registration(), address, other));
    expect(registered.map(({ status }) => status)).toEqual(Array(8).fill(201));
    expect(registered.map(ratesIn)).toEqual(Array(8).fill([null, null, null, null]));
    const answers = await times(21, () => login('nobody', address, PASSWORD, other));
    expect(answers.map(({ status }) => status)).toEqual([...Array<number>(20).fill(401), 429]);
    await other.stop();
  });
});

describeWithRedis('two replicas on one Redis', () => {
  let redis: RedisServer;
  let database: TestDatabase;
  let replicas: TestApp[] = [];

  beforeAll(async () => {
    redis = await RedisServer.start();
    database = await createTestDatabase();
    const clock = new TestClock();
    const start = (): Promise<TestApp> =>
      startApp({
        database,
        clock,
        environment: { ...DEFAULTS, REDIS_URL: redis.url, SECRET_KEY: 'a key that both replicas have' },
      });
    replicas = [await start(), await start()];
  });
  afterAll(async () => {
    for (const replica of replicas) await replica.stop();
    await database.drop();
    await redis.stop();
  });

  it('count together', async () => {
    const address = freshAddress();
    const [here, there] = replicas as [TestApp, TestApp];
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) => login('somebody', address, PASSWORD, n % 2 ? here : there)),
    );
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(7);
  });
});
