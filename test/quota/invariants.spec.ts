import fc from 'fast-check';
import { limits } from './quota-process';
import { quotaSuite } from './quota-suite';

const suite = quotaSuite();
const HOUR_MS = 3_600_000;

const LIMITS = { dailyRequests: 6, monthlyRequests: 15, dailyTokens: 120, monthlyTokens: 260 };

const act = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('reserve'),
      prompt: fc.nat(40),
      wanted: fc.integer({ min: 1, max: 60 }),
      charge: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('settle'), which: fc.nat(20), tokens: fc.integer({ min: 5, max: 150 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('release'), which: fc.nat(20) }) },
);

/** What happens at once; then the hours until the next. */
const moment = fc.record({ acts: fc.array(act, { minLength: 1, maxLength: 8 }), hours: fc.constantFrom(0, 0, 1, 14) });

interface Counter {
  readonly period: string;
  readonly requests: number;
  readonly tokens: number;
  readonly requests_held: number;
  readonly tokens_held: number;
}

async function checkBooks(userId: string): Promise<void> {
  const { db } = suite.here;
  const counters = await db.query<Counter>('SELECT * FROM quota_counters WHERE user_id = ?', [userId]);
  const entries = await suite.here.ledgerOf(userId);
  const holds = await db.query<{ day: string; tokens: number }>(
    'SELECT day, tokens FROM quota_holds WHERE user_id = ?',
    [userId],
  );
  for (const { period, ...counter } of counters) {
    const isDay = period.length === 10;
    expect(counter.requests + counter.requests_held).toBeLessThanOrEqual(
      isDay ? LIMITS.dailyRequests : LIMITS.monthlyRequests,
    );
    expect(counter.tokens + counter.tokens_held).toBeLessThanOrEqual(isDay ? LIMITS.dailyTokens : LIMITS.monthlyTokens);
    const noted = entries.filter(({ day }) => day.startsWith(period));
    const held = holds.filter(({ day }) => day.startsWith(period));
    expect(counter).toMatchObject({
      requests: noted.length,
      tokens: noted.reduce((sum, entry) => sum + entry.charged_tokens, 0),
      requests_held: held.length,
      tokens_held: held.reduce((sum, hold) => sum + hold.tokens, 0),
    });
  }
}

it('the counters are the ledger and the holds, and within the limits, whatever happens at once', async () => {
  const story = fc.array(moment, { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(story, async (moments) => {
      const userId = await suite.here.someone();
      await suite.here.administration.setOverride(suite.admin, userId, limits(LIMITS));
      const turns: string[] = [];
      for (const { acts, hours } of moments) {
        const before = [...turns];
        const turnOf = (which: number) => before[which % Math.max(before.length, 1)] ?? userId;
        const outcomes = await Promise.allSettled(
          acts.map(async (each, i) => {
            const process = i % 2 ? suite.here : suite.there;
            if ('prompt' in each) {
              const request = { promptTokens: each.prompt, wantedTokens: each.wanted, chargeTokens: each.charge };
              turns.push((await process.reserve(userId, request)).turnId);
            } else if ('tokens' in each) {
              await process.settle(turnOf(each.which), each.tokens);
            } else {
              await process.release(turnOf(each.which));
            }
          }),
        );
        for (const outcome of outcomes) {
          if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ kind: 'quota_exceeded' });
        }
        await checkBooks(userId);
        suite.clock.advance(hours * HOUR_MS);
      }
    }),
    { numRuns: 25 },
  );
}, 120_000);
