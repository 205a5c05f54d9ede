import { type Person, register, registerAdmin, signIn, type TokensView } from '../../factories/people';
import { partsOf } from '../../factories/tokens';
import type { ApiAnswer } from '../../harness/api-client';
import { invalid, outcome, type Reply, UNAUTHENTICATED } from '../../harness/reply';
import { startApp, type TestApp } from '../../harness/start-app';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

const refresh = (refresh_token: unknown): Promise<ApiAnswer<Reply<TokensView>>> =>
  app.api.post('/api/v1/auth/refresh', { refresh_token });
const outcomeOfMe = async (token: string): Promise<string> =>
  outcome(await app.api.get<Reply>('/api/v1/users/me', { token }));

async function successorOf({ refreshToken }: Pick<Person, 'refreshToken'>) {
  const { body, status } = await refresh(refreshToken);
  expect(status).toBe(200);
  return { token: body.data.access_token, refreshToken: body.data.refresh_token };
}

describe('refresh', () => {
  it('gives a new pair, of the same session', async () => {
    const first = await register(app);
    app.clock.advance(60_000);
    const second = await successorOf(first);
    expect(await outcomeOfMe(second.token)).toBe('200');
    const [was, is] = [partsOf(first.refreshToken).claims, partsOf(second.refreshToken).claims];
    expect(is).toMatchObject({ sid: was['sid'], sub: was['sub'] });
    expect(is['jti']).not.toBe(was['jti']);
    expect(Number(is['exp']) - Number(was['exp'])).toBe(60);
  });

  it('gives the same successor again within 10 s', async () => {
    const first = await register(app);
    const second = await successorOf(first);
    app.clock.advance(9_999);
    const again = await successorOf(first);
    expect(again.refreshToken).toBe(second.refreshToken);
    expect(await outcomeOfMe(second.token)).toBe('200');
    expect(await outcomeOfMe(again.token)).toBe('200');
    await successorOf(second);
  });

  it('ends the whole family, but no other, when an old token comes later', async () => {
    const first = await register(app);
    const elsewhere = await signIn(app, first);
    const second = await successorOf(first);
    const third = await successorOf(second);
    app.clock.advance(10_001);
    expect(outcome(await refresh(first.refreshToken))).toBe(UNAUTHENTICATED);
    for (const { token, refreshToken } of [first, second, third]) {
      expect(await outcomeOfMe(token)).toBe(UNAUTHENTICATED);
      expect(outcome(await refresh(refreshToken))).toBe(UNAUTHENTICATED);
    }
    expect(await outcomeOfMe(elsewhere.token)).toBe('200');
    await successorOf(elsewhere);
  });

  it('ends the family also when the token just replaced comes after 10 s', async () => {
    const first = await register(app);
    const second = await successorOf(first);
    app.clock.advance(10_001);
    expect(outcome(await refresh(first.refreshToken))).toBe(UNAUTHENTICATED);
    expect(outcome(await refresh(second.refreshToken))).toBe(UNAUTHENTICATED);
    expect(await outcomeOfMe(second.token)).toBe(UNAUTHENTICATED);
  });

  it('writes a reuse into the audit log', async () => {
    const admin = await registerAdmin(app);
    const first = await register(app);
    await successorOf(first);
    app.clock.advance(10_001);
    await refresh(first.refreshToken);
    const query = `action=auth.refresh_reused&target=${first.id}`;
    const { body } = await app.api.get<Reply<{ entries: object[] }>>(`/api/v1/admin/audit-logs?${query}`, {
      token: admin.token,
    });
    expect(body.data.entries).toEqual([
      expect.objectContaining({ details: { session_id: partsOf(first.refreshToken).claims['sid'] } }),
    ]);
  });

  it('gives 20 who ask at once one successor', async () => {
    const first = await register(app);
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(first.refreshToken)));
    expect(answers.map(outcome)).toEqual(Array(20).fill('200'));
    expect(new Set(answers.map(({ body }) => body.data.refresh_token)).size).toBe(1);
    await successorOf({ refreshToken: answers[0]?.body.data.refresh_token ?? '' });
  });

  it('gives nothing once the session has ended, however many ask while it does', async () => {
    const person = await register(app);
    const [, ...answers] = await Promise.all([
      app.api.post<Reply>('/api/v1/auth/logout', undefined, { token: person.token }),
      ...Array.from({ length: 10 }, () => refresh(person.refreshToken)),
    ]);
    for (const { status, body } of answers) {
      expect([200, 401]).toContain(status);
      if (status === 200) expect(await outcomeOfMe(body.data.access_token)).toBe(UNAUTHENTICATED);
    }
    expect(outcome(await refresh(person.refreshToken))).toBe(UNAUTHENTICATED);
  });

  it.each([
    ['null', null],
    ['a number', 1],
    ['an object', {}],
    ['left out', undefined],
    ['empty', ''],
    ['5,000 characters', 'a'.repeat(5_000)],
    ['NUL', '\u0000'],
  ])('refuses a token that is %s', async (_what, token) => {
    expect(outcome(await refresh(token))).toBe(invalid('refresh_token'));
  });

  it('refuses a token that is a word, or an API key', async () => {
    for (const token of ['token', `sk-${'a'.repeat(43)}`]) expect(outcome(await refresh(token))).toBe(UNAUTHENTICATED);
  });
});
