import { newId } from '#kernel';
import { Transaction } from '#platform';
import { Quota } from '#quota';
import { makeApiKey, type Person, register, registerAdmin } from '../../factories/people';
import { FORBIDDEN, outcome, type Reply, UNAUTHENTICATED } from '../../harness/reply';
import { startApp, type TestApp } from '../../harness/start-app';

const QUOTA = '/api/v1/users/me/quota';

let app: TestApp;

beforeAll(async () => {
  app = await startApp({ environment: { QUOTA_TIMEZONE: 'Asia/Shanghai' } });
});
afterAll(() => app.stop());

/** A turn that came to `completionTokens`, or that still runs. */
async function turn(person: Person, completionTokens?: number): Promise<void> {
  const [quota, transaction] = [app.nest.get(Quota), app.nest.get(Transaction)];
  const turnId = newId();
  const leaseUntil = new Date(app.clock.now() + 15_000);
  const request = { userId: person.id, turnId, promptTokens: 100, wantedTokens: 300, chargeTokens: true, leaseUntil };
  await transaction.run((tx) => quota.reserve(tx, request));
  if (completionTokens === undefined) return;
  await transaction.run((tx) =>
    quota.settle(tx, {
      ...{ turnId, conversationId: newId(), model: 'demo', usage: { promptTokens: 100, completionTokens } },
      ...{ cost: 0, status: 'complete', ownKey: false, cached: false, firstTokenMs: 1 },
    }),
  );
}

const quotaOf = async ({ token }: Person) => (await app.api.get<Reply>(QUOTA, { token })).body.data;

describe('GET /users/me/quota', () => {
  it('tells plan, limits, what was used and what is left, and until when', async () => {
    const person = await register(app);
    await turn(person, 20);
    await turn(person);
    expect(await quotaOf(person)).toEqual({
      plan: 'free',
      daily_limit: { requests: 50, tokens: 10_000 },
      monthly_limit: { requests: 1_000, tokens: 100_000 },
      usage_today: { requests: 2, tokens: 520 },
      usage_this_month: { requests: 2, tokens: 520 },
      remaining_today: { requests: 48, tokens: 9_480 },
      remaining_this_month: { requests: 998, tokens: 99_480 },
      resets_at: { day: '2026-01-01T16:00:00.000Z', month: '2026-01-31T16:00:00.000Z' },
    });
  });

  it("follows the admin's hand from the next request on", async () => {
    const [person, admin] = await Promise.all([register(app), registerAdmin(app)]);
    const answer = await app.api.patch(`/api/v1/admin/users/${person.id}`, { is_vip: true }, { token: admin.token });
    expect(answer.status).toBe(200);
    expect(await quotaOf(person)).toMatchObject({ plan: 'vip', daily_limit: { requests: 200, tokens: 50_000 } });
  });

  it('is for who is signed in, or has a key that may read', async () => {
    const person = await register(app);
    const may = async (token?: string) =>
      outcome(await app.api.get<Reply>(QUOTA, token === undefined ? {} : { token }));
    const reading = await makeApiKey(app, person, { scopes: ['read'] });
    const chatting = await makeApiKey(app, person, { scopes: ['chat'] });
    expect([await may(), await may(person.token), await may(reading.key), await may(chatting.key)]).toEqual([
      UNAUTHENTICATED,
      '200',
      '200',
      FORBIDDEN,
    ]);
  });
});

it('GET /users/me, and whatever changes it, tells the quota in short', async () => {
  const person = await register(app);
  await turn(person, 20);
  const quota = {
    ...{ daily_requests: 50, monthly_requests: 1_000, daily_tokens: 10_000, monthly_tokens: 100_000 },
    ...{ requests_used_today: 1, tokens_used_today: 120 },
  };
  const { token } = person;
  expect((await app.api.get<Reply>('/api/v1/users/me', { token })).body.data).toMatchObject({ quota });
  const change = { username: `${person.username}-renamed` };
  expect((await app.api.patch<Reply>('/api/v1/users/me', change, { token })).body.data).toMatchObject({ quota });
});
