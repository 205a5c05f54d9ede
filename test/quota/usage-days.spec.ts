import { DataSource } from 'typeorm';
import { UsageDays1767744000000 } from '../../migrations/1767744000000-usage-days';
import type { billOf } from './quota-process';
import { quotaSuite } from './quota-suite';

const suite = quotaSuite();

interface Day {
  readonly day: string;
  readonly model: string;
  readonly plan: string;
}

async function daysOf(userId: string): Promise<Day[]> {
  const sql = 'SELECT * FROM usage_days WHERE user_id = ? ORDER BY day, model, plan';
  const rows = await suite.here.db.query<Day & { user_id?: string }>(sql, [userId]);
  return rows.map(({ user_id: _, ...row }) => row);
}

const sums = (changes: Record<string, number>) => ({
  ...{ requests: 0, failures: 0, prompt_tokens: 0, completion_tokens: 0, total_tokens: 0, cost_micros: 0 },
  ...{ first_tokens: 0, first_token_ms: 0, ...changes },
});

async function spend(userId: string, changes: Partial<ReturnType<typeof billOf>> = {}): Promise<void> {
  const { turnId } = await suite.here.reserve(userId);
  await suite.there.settle(turnId, 6, changes);
}

it('adds up the turns of a day by model and plan, those from the cache and those that broke off too', async () => {
  const userId = await suite.here.someone();
  await spend(userId, { firstTokenMs: 100 });
  await spend(userId, { firstTokenMs: 300, cost: 0.25, status: 'stopped' });
  await spend(userId, { firstTokenMs: null, status: 'interrupted' });
  await spend(userId, { firstTokenMs: 1, cached: true, model: 'b' });
  await suite.here.administration.reset(suite.admin, userId, 'all');
  await suite.here.db.execute("UPDATE users SET plan = 'vip' WHERE id = ?", [userId]);
  await spend(userId, { firstTokenMs: 7 });
  const usual = { prompt_tokens: 5, completion_tokens: 1, total_tokens: 6, cost_micros: 7, first_tokens: 1 };
  expect(await daysOf(userId)).toEqual([
    {
      ...{ day: '2026-01-01', model: 'a-model', plan: 'free' },
      ...sums({ requests: 3, failures: 1, prompt_tokens: 15, completion_tokens: 3, total_tokens: 18 }),
      ...{ cost_micros: 250_014, first_tokens: 2, first_token_ms: 400 },
    },
    { day: '2026-01-01', model: 'a-model', plan: 'vip', ...sums({ ...usual, requests: 1, first_token_ms: 7 }) },
    { day: '2026-01-01', model: 'b', plan: 'free', ...sums({ ...usual, requests: 1, first_tokens: 0 }) },
  ]);
});

it('has a turn where its quota was charged, however late it ends', async () => {
  const userId = await suite.here.someone();
  const { turnId } = await suite.here.reserve(userId);
  suite.clock.advance(24 * 3_600_000);
  await suite.here.settle(turnId);
  expect(await daysOf(userId)).toMatchObject([{ day: '2026-01-01', requests: 1 }]);
  suite.clock.set(new Date('2026-01-01T12:00:00Z'));
});

it('counts a failure that cost nothing once, and no request', async () => {
  const userId = await suite.here.someone();
  const { turnId } = await suite.here.reserve(userId);
  const fail = (process = suite.here) => process.transaction.run((tx) => process.quota.fail(tx, turnId, 'a-model'));
  const ends = await Promise.all([fail(), fail(suite.there), suite.here.release(turnId)]);
  expect(ends.filter(Boolean)).toHaveLength(1);
  if (ends[2]) expect(await daysOf(userId)).toEqual([]);
  else expect(await daysOf(userId)).toMatchObject([{ model: 'a-model', plan: 'free', ...sums({ failures: 1 }) }]);
  expect(await suite.here.used(userId)).toMatchObject({ day: { requests: 0, tokens: 0 } });
});

it('adds up what ends at once in two processes, for one user and for several', async () => {
  const people = await Promise.all([1, 2, 3].map(() => suite.here.someone()));
  const turns = [];
  for (const userId of people) {
    for (let turn = 0; turn < 5; turn++) turns.push((await suite.here.reserve(userId)).turnId);
  }
  await Promise.all(turns.map((turnId, i) => (i % 2 ? suite.here : suite.there).settle(turnId)));
  for (const userId of people) expect(await daysOf(userId)).toMatchObject([{ requests: 5, total_tokens: 30 }]);
});

it('is made of the ledger there is when it comes', async () => {
  const paid = () =>
    suite.here.db.query('SELECT * FROM usage_days WHERE requests > 0 ORDER BY user_id, day, model, plan');
  const kept = await paid();
  expect(kept.length).toBeGreaterThan(4);
  const runner = suite.here.get(DataSource).createQueryRunner();
  await new UsageDays1767744000000().up(runner);
  await runner.release();
  expect(await paid()).toEqual(kept);
});
