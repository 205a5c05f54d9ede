import { newId } from '#kernel';
import { exceeded, limits } from './quota-process';
import { quotaSuite } from './quota-suite';

const suite = quotaSuite();

async function limited(to: Parameters<typeof limits>[0]): Promise<string> {
  const userId = await suite.here.someone();
  await suite.here.administration.setOverride(suite.admin, userId, limits(to));
  return userId;
}

describe('what a turn gets', () => {
  it('is what it wants, and a hold for it', async () => {
    const userId = await suite.here.someone();
    const { maxTokens, status } = await suite.here.reserve(userId, { promptTokens: 30, wantedTokens: 1_000 });
    expect(maxTokens).toBe(1_000);
    expect(status).toEqual({
      plan: 'free',
      day: {
        limit: { requests: 50, tokens: 10_000 },
        used: { requests: 1, tokens: 1_030 },
        remaining: { requests: 49, tokens: 8_970 },
        resetsAt: new Date('2026-01-02T00:00:00.000Z'),
      },
      month: {
        limit: { requests: 1_000, tokens: 100_000 },
        used: { requests: 1, tokens: 1_030 },
        remaining: { requests: 999, tokens: 98_970 },
        resetsAt: new Date('2026-02-01T00:00:00.000Z'),
      },
    });
    expect(await suite.there.quota.statusOf(userId)).toEqual(status);
  });

  it.each(['dailyTokens', 'monthlyTokens'])('is clamped to what is left of the %s', async (limit) => {
    const userId = await limited({ dailyTokens: 1_000, monthlyTokens: 1_000, [limit]: 100 });
    const first = await suite.here.reserve(userId, { promptTokens: 5, wantedTokens: 20 });
    const second = await suite.here.reserve(userId, { promptTokens: 5, wantedTokens: 1_000 });
    expect([first.maxTokens, second.maxTokens]).toEqual([20, 70]);
    const { day, month } = await suite.here.quota.statusOf(userId);
    expect(second.status).toMatchObject({ day, month });
    expect([day.used.tokens, month.used.tokens]).toEqual([100, 100]);
    expect(Math.min(day.remaining.tokens ?? 0, month.remaining.tokens ?? 0)).toBe(0);
  });

  it('is one token at least beside its prompt', async () => {
    const userId = await limited({ dailyTokens: 100 });
    const refused = suite.here.reserve(userId, { promptTokens: 100 });
    await expect(refused).rejects.toEqual(exceeded('day', 'tokens', 100, 0));
    const { maxTokens } = await suite.here.reserve(userId, { promptTokens: 99 });
    expect(maxTokens).toBe(1);
  });

  it('is no matter of tokens where a key of the caller pays', async () => {
    const userId = await limited({ dailyRequests: 1, dailyTokens: 0, monthlyTokens: 0 });
    const { maxTokens, status } = await suite.here.reserve(userId, { wantedTokens: 4_000, chargeTokens: false });
    expect(maxTokens).toBe(4_000);
    expect(status.day.used).toEqual({ requests: 1, tokens: 0 });
    await expect(suite.here.reserve(userId, { chargeTokens: false })).rejects.toEqual(
      exceeded('day', 'requests', 1, 1),
    );
  });

  it('is anything where there is no limit', async () => {
    const userId = await limited({});
    const { maxTokens, status } = await suite.here.reserve(userId, { wantedTokens: 1_000_000 });
    expect(maxTokens).toBe(1_000_000);
    expect(status.day.remaining).toEqual({ requests: null, tokens: null });
    expect(status.month.limit).toEqual({ requests: null, tokens: null });
  });
});

describe('a refusal', () => {
  it('names the limit, what was used, and when to come again; and leaves nothing behind', async () => {
    const userId = await limited({ dailyRequests: 1 });
    await suite.here.reserve(userId);
    await expect(suite.here.reserve(userId)).rejects.toMatchObject({
      kind: 'quota_exceeded',
      details: { period: 'day', metric: 'requests', limit: 1, used: 1, resets_at: '2026-01-02T00:00:00.000Z' },
      retryAfter: 12 * 3600,
    });
    expect(await suite.here.used(userId)).toMatchObject({ day: { requests: 1, tokens: 15 } });
    expect(await suite.here.countHolds(userId)).toBe(1);
  });

  it.each([
    [{ monthlyRequests: 0 }, 'month', 'requests'],
    [{ dailyTokens: 0 }, 'day', 'tokens'],
    [{ monthlyTokens: 0 }, 'month', 'tokens'],
    [{ dailyRequests: 0, monthlyRequests: 0, dailyTokens: 0, monthlyTokens: 0 }, 'day', 'requests'],
  ] as const)('for %p is about requests or tokens of the %s: %s', async (to, period, metric) => {
    const userId = await limited(to);
    await expect(suite.here.reserve(userId)).rejects.toEqual(exceeded(period, metric, 0, 0));
  });

  it('meets whoever is not there', async () => {
    await expect(suite.here.reserve(newId())).rejects.toMatchObject({ kind: 'unauthenticated' });
    await expect(suite.here.quota.statusOf(newId())).rejects.toMatchObject({ kind: 'unauthenticated' });
  });
});

describe('the limits in force', () => {
  const inForce = async (userId: string) => {
    const { plan, day } = await suite.there.quota.statusOf(userId);
    return [plan, day.limit.requests];
  };
  const change = (userId: string, to: Parameters<typeof suite.here.users.update>[2]) =>
    suite.here.transaction.run((tx) => suite.here.users.update(tx, userId, to));

  it('are those of VIP until it expires, then of free', async () => {
    const userId = await suite.here.someone();
    expect(await inForce(userId)).toEqual(['free', 50]);
    await change(userId, { isVip: true, vipExpiresAt: suite.clock.date() });
    expect(await inForce(userId)).toEqual(['free', 50]);
    await change(userId, { vipExpiresAt: new Date(suite.clock.now() + 1) });
    expect(await inForce(userId)).toEqual(['vip', 200]);
    await change(userId, { vipExpiresAt: null });
    expect(await inForce(userId)).toEqual(['vip', 200]);
  });

  it("are those of the user's own plan, also of a VIP, as it is at the moment", async () => {
    const userId = await suite.here.someone();
    await suite.here.plans.create(suite.admin, 'gold', limits({ dailyRequests: 7 }));
    await change(userId, { plan: 'gold', isVip: true });
    expect(await inForce(userId)).toEqual(['gold', 7]);
    await suite.here.plans.update(suite.admin, 'gold', limits({ dailyRequests: 8 }));
    expect(await inForce(userId)).toEqual(['gold', 8]);
    expect((await suite.there.reserve(userId)).status.day.remaining.requests).toBe(7);
    await suite.here.plans.delete(suite.admin, 'gold');
    expect(await inForce(userId)).toEqual(['vip', 200]);
  });

  it('are not none where a plan is not there', async () => {
    const userId = await suite.here.someone();
    await change(userId, { plan: 'ghost' });
    expect(await inForce(userId)).toEqual(['free', 50]);
  });

  it('are those of an override, all four, as long as it is there', async () => {
    const userId = await limited({ dailyRequests: 3 });
    expect((await suite.there.quota.statusOf(userId)).month.limit.requests).toBeNull();
    expect(await inForce(userId)).toEqual(['free', 3]);
    await suite.here.administration.clearOverride(suite.admin, userId);
    expect(await inForce(userId)).toEqual(['free', 50]);
  });

  it('may be less than was used', async () => {
    const userId = await suite.here.someone();
    for (let turn = 0; turn < 3; turn++) await suite.here.reserve(userId);
    await suite.here.administration.setOverride(suite.admin, userId, limits({ dailyRequests: 2, dailyTokens: 10 }));
    await expect(suite.here.reserve(userId)).rejects.toEqual(exceeded('day', 'requests', 2, 3));
    const { day } = await suite.here.quota.statusOf(userId);
    expect(day.remaining).toEqual({ requests: 0, tokens: 0 });
  });
});

describe('days and months', () => {
  afterEach(() => suite.clock.set(new Date('2026-01-01T12:00:00Z')));

  it('begin anew, where the quotas are at home', async () => {
    const shanghai = await suite.in('Asia/Shanghai');
    const userId = await shanghai.someone();
    suite.clock.set(new Date('2026-01-30T15:59:59.999Z'));
    await shanghai.reserve(userId);
    suite.clock.set(new Date('2026-01-30T16:00:00Z'));
    expect(await shanghai.used(userId)).toMatchObject({ day: { requests: 0, tokens: 0 }, month: { requests: 1 } });
    await shanghai.reserve(userId);
    suite.clock.set(new Date('2026-01-31T16:00:00Z'));
    expect(await shanghai.used(userId)).toMatchObject({ day: { requests: 0 }, month: { requests: 0, tokens: 0 } });
  });

  it('are charged for the turns that were reserved in them', async () => {
    const userId = await suite.here.someone();
    suite.clock.set(new Date('2026-01-31T23:59:59Z'));
    const { turnId } = await suite.here.reserve(userId);
    suite.clock.set(new Date('2026-02-01T00:00:01Z'));
    await suite.there.settle(turnId, 9);
    expect(await suite.here.used(userId)).toMatchObject({ day: { requests: 0, tokens: 0 }, month: { tokens: 0 } });
    expect(await suite.here.ledgerOf(userId)).toMatchObject([{ day: '2026-01-31', charged_tokens: 9 }]);
    suite.clock.set(new Date('2026-01-31T23:59:59Z'));
    expect(await suite.here.used(userId)).toEqual({
      day: { requests: 1, tokens: 9 },
      month: { requests: 1, tokens: 9 },
    });
  });
});
