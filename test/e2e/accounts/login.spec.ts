import {
  freshName,
  PASSWORD,
  type Person,
  register,
  registerAdmin,
  signIn,
  type SignedInView,
} from '../../factories/people';
import type { ApiAnswer } from '../../harness/api-client';
import { FORBIDDEN, invalid, outcome, type Reply, UNAUTHENTICATED } from '../../harness/reply';
import { startApp, type TestApp } from '../../harness/start-app';

let app: TestApp;
let alice: Person;
let idle: Person;

beforeAll(async () => {
  app = await startApp({ environment: { RATE_LIMIT_AUTH: '1000/60' } });
  const admin = await registerAdmin(app);
  alice = await register(app, { username: 'Alice', email: 'Alice@Example.org' });
  idle = await register(app, { username: 'Idle' });
  await app.api.patch(`/api/v1/admin/users/${idle.id}`, { is_active: false }, { token: admin.token });
});
afterAll(() => app.stop());

const login = (username: unknown, password: unknown): Promise<ApiAnswer<Reply<SignedInView>>> =>
  app.api.post('/api/v1/auth/login', { username, password });

describe('login', () => {
  it.each([['Alice'], ['alice'], ['ALICE'], ['ａｌｉｃｅ'], ['alice@example.org'], ['ALICE@EXAMPLE.ORG']])(
    'knows %s',
    async (name) => {
      const answer = await login(name, PASSWORD);
      expect(answer.status).toBe(200);
      expect(answer.body.data).toMatchObject({
        user: { id: alice.id, username: 'Alice', email: 'Alice@Example.org' },
        token_type: 'bearer',
        expires_in: 1800,
      });
    },
  );

  it('refuses whatever is not quite the password', async () => {
    for (const wrong of [PASSWORD.toUpperCase(), `${PASSWORD} `, ` ${PASSWORD}`, PASSWORD.slice(1), '']) {
      expect(outcome(await login('Alice', wrong))).toBe(UNAUTHENTICATED);
    }
  });

  it('tells a deactivated user so only who knows the password', async () => {
    const [right, wrong] = [await login('Idle', PASSWORD), await login('Idle', 'wrong password')];
    expect([outcome(right), right.body.error.message]).toEqual([FORBIDDEN, 'This account is deactivated']);
    expect([outcome(wrong), wrong.body.error.message]).toEqual([
      UNAUTHENTICATED,
      'The username or the password is wrong',
    ]);
    const alive = await app.api.get<Reply>('/api/v1/users/me', { token: idle.token });
    expect(outcome(alive)).toBe(UNAUTHENTICATED);
  });

  it.each([
    ['null', null],
    ['a number', 1],
    ['a list', ['Alice']],
    ['an object', { $gt: '' }],
    ['left out', undefined],
    ['a text with NUL', 'Alice\u0000'],
    ['a text with a lone surrogate', 'Alice\ud800'],
  ])('refuses a name or a password that is %s', async (_what, value) => {
    expect(outcome(await login(value, PASSWORD))).toBe(invalid('username'));
    expect(outcome(await login('Alice', value))).toBe(invalid('password'));
  });

  it.each([["' OR 1=1 --"], ['%'], ['_lice'], ['Alice%'], ['*'], ['Alice@']])(
    'takes %s for a name like any other',
    async (name) => {
      expect(outcome(await login(name, PASSWORD))).toBe(UNAUTHENTICATED);
    },
  );

  it('takes a password in whichever form a system writes its characters', async () => {
    const password = 'crème brûlée 한글';
    const { username } = await register(app, { password: password.normalize('NFD') });
    for (const form of ['NFC', 'NFD'] as const)
      expect(outcome(await login(username, password.normalize(form)))).toBe('200');
    expect(outcome(await login(username, 'creme brulee 한글'))).toBe(UNAUTHENTICATED);
  });

  it('lets ten in at once', async () => {
    const outcomes = await Promise.all(Array.from({ length: 10 }, async () => outcome(await login('alice', PASSWORD))));
    expect(outcomes).toEqual(Array(10).fill('200'));
  });

  it('gives every session tokens of its own', async () => {
    const [one, two] = await Promise.all([signIn(app, alice), signIn(app, alice)]);
    expect(new Set([one.token, two.token, one.refreshToken, two.refreshToken]).size).toBe(4);
  });

  describe('tells nobody who exists', () => {
    const attempts: Record<string, () => Promise<ApiAnswer<Reply>>> = {
      'an unknown name': () => login(freshName('nobody'), 'wrong password'),
      'an unknown address': () => login('nobody@example.org', 'wrong password'),
      'a wrong password': () => login('Alice', 'wrong password'),
      'a wrong password with an address': () => login('alice@example.org', 'wrong password'),
      'a wrong password of a deactivated user': () => login('Idle', 'wrong password'),
    };

    it('by status, body or headers', async () => {
      const seen = await Promise.all(
        Object.values(attempts).map(async (attempt) => {
          const { status, headers, body } = await attempt();
          const { request_id, ...rest } = body;
          expect(headers.get('x-request-id')).toBe(request_id);
          const varying = ['date', 'x-request-id', 'x-process-time', 'ratelimit-remaining'];
          return { status, rest, headers: [...headers].filter(([name]) => !varying.includes(name)) };
        }),
      );
      for (const each of seen) expect(each).toEqual(seen[0]);
    });

    it('by time', async () => {
      const quickest: Record<string, number> = {};
      for (let round = 0; round < 12; round++) {
        for (const [what, attempt] of Object.entries(attempts)) {
          const began = performance.now();
          await attempt();
          quickest[what] = Math.min(quickest[what] ?? Infinity, performance.now() - began);
        }
      }
      const times = Object.values(quickest);
      // Without the hash one would take a quarter of the others.
      expect(Math.max(...times) / Math.min(...times)).toBeLessThan(2);
    });
  });
});
