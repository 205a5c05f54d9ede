import type { Admission } from '#quota';
import { limits } from './quota-process';
import { quotaSuite } from './quota-suite';

const suite = quotaSuite();
const AT_ONCE = 30;

async function limited(to: Parameters<typeof limits>[0]): Promise<string> {
  const userId = await suite.here.someone();
  await suite.here.administration.setOverride(suite.admin, userId, limits(to));
  return userId;
}

/** In both processes; the refusals are all of the right kind. */
async function reserveAtOnce(userId: string, request: { promptTokens?: number; wantedTokens?: number } = {}) {
  const outcomes = await Promise.allSettled(
    Array.from({ length: AT_ONCE }, (_, i) => (i % 2 ? suite.here : suite.there).reserve(userId, request)),
  );
  const admitted: (Admission & { readonly turnId: string })[] = [];
  for (const outcome of outcomes) {
    if (outcome.status === 'fulfilled') admitted.push(outcome.value);
    else expect(outcome.reason).toMatchObject({ kind: 'quota_exceeded' });
  }
  return admitted;
}

describe.each(['dailyRequests', 'monthlyRequests'])('%s', (limit) => {
  it.each([0, 1, 7, AT_ONCE - 1, AT_ONCE])(
    'of which %p are left let exactly so many of 30 at once pass',
    async (left) => {
      const userId = await limited({ [limit]: left });
      expect(await reserveAtOnce(userId)).toHaveLength(left);
      expect(await suite.here.used(userId)).toMatchObject({ day: { requests: left }, month: { requests: left } });
      expect(await suite.here.countHolds(userId)).toBe(left);
    },
  );
});

describe.each(['dailyTokens', 'monthlyTokens'])('%s', (limit) => {
  it.each([100, 101, 109])('of which %p are left are all given away, and not one more', async (left) => {
    const userId = await limited({ [limit]: left });
    const admitted = await reserveAtOnce(userId, { promptTokens: 3, wantedTokens: 20 });
    const given = admitted.map(({ maxTokens }) => maxTokens + 3).sort((a, b) => b - a);
    const rest = left % 23;
    expect(given).toEqual([...Array<number>(Math.floor(left / 23)).fill(23), ...(rest > 3 ? [rest] : [])]);
    const { day } = await suite.here.used(userId);
    expect(day.tokens).toBe(given.reduce((sum, tokens) => sum + tokens, 0));
  });
});

it('turns that end make room for others meanwhile, and the limit holds', async () => {
  const userId = await limited({ dailyRequests: 20 });
  let ended = 0;
  const outcomes = await Promise.allSettled(
    Array.from({ length: 60 }, async (_, i) => {
      const [opener, closer] = i % 2 ? [suite.here, suite.there] : [suite.there, suite.here];
      const { turnId, status } = await opener.reserve(userId);
      expect(status.day.used.requests).toBeLessThanOrEqual(20);
      ended += 1;
      return i % 3 ? closer.settle(turnId) : closer.release(turnId);
    }),
  );
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ kind: 'quota_exceeded' });
  }
  const entries = await suite.here.ledgerOf(userId);
  const tokens = entries.reduce((sum, entry) => sum + entry.charged_tokens, 0);
  expect(await suite.here.used(userId)).toMatchObject({ day: { requests: entries.length, tokens } });
  expect(ended).toBeGreaterThanOrEqual(20);
  expect(await suite.here.countHolds(userId)).toBe(0);
});

it('an override that falls amid the turns leaves none above it that came later', async () => {
  const userId = await limited({ dailyRequests: 100 });
  const before = await reserveAtOnce(userId);
  const change = suite.here.administration.setOverride(suite.admin, userId, limits({ dailyRequests: AT_ONCE + 5 }));
  const during = await reserveAtOnce(userId);
  await change;
  const after = await reserveAtOnce(userId);
  expect(before).toHaveLength(AT_ONCE);
  expect(after).toHaveLength(Math.max(5 - during.length, 0));
});

it('a reset amid the turns loses none of those that end after it', async () => {
  const userId = await limited({});
  const turns = await reserveAtOnce(userId);
  const [early, late] = [turns.slice(0, 10), turns.slice(10)];
  await Promise.all(early.map(({ turnId }) => suite.here.settle(turnId)));
  await Promise.all([
    ...late.map(({ turnId }, i) => (i % 2 ? suite.here : suite.there).settle(turnId)),
    suite.there.administration.reset(suite.admin, userId, 'all'),
  ]);
  const { day, month } = await suite.here.used(userId);
  expect(month).toEqual(day);
  expect(day.requests).toBeLessThanOrEqual(late.length);
  expect(day.tokens).toBe(day.requests * 6);
  expect(await suite.here.ledgerOf(userId)).toHaveLength(AT_ONCE);
});
