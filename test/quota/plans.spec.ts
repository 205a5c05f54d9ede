import { limits } from './quota-process';
import { quotaSuite } from './quota-suite';

const suite = quotaSuite();

afterEach(async () => {
  const { plans } = suite.here;
  for (const { name, builtIn } of await plans.list()) if (!builtIn) await plans.delete(suite.admin, name);
});

async function entries(target: string) {
  const found = await suite.here.audit.search({ target, limit: 10 });
  return found.entries.map(({ action, actor, details }) => ({ action, actor: actor?.username, details }));
}

it('begins with free and vip', async () => {
  expect(await suite.here.plans.list()).toMatchObject([
    {
      name: 'free',
      ...limits({ dailyRequests: 50, monthlyRequests: 1_000, dailyTokens: 10_000, monthlyTokens: 100_000 }),
    },
    {
      name: 'vip',
      ...limits({ dailyRequests: 200, monthlyRequests: 5_000, dailyTokens: 50_000, monthlyTokens: 500_000 }),
    },
  ]);
});

it('creates, changes and deletes, and tells the audit log', async () => {
  const { plans } = suite.here;
  const created = await plans.create(suite.admin, 'gold', limits({ dailyRequests: 1 }));
  expect(created).toMatchObject({ name: 'gold', builtIn: false, dailyRequests: 1, monthlyTokens: null });
  expect(await plans.list()).toContainEqual(created);
  expect([await plans.exists('gold'), await plans.exists('GOLD')]).toEqual([true, false]);
  const updated = await plans.update(suite.admin, 'gold', limits({ monthlyTokens: 2 ** 40 }));
  expect(await plans.list()).toContainEqual(updated);
  await plans.delete(suite.admin, 'gold');
  expect(await plans.exists('gold')).toBe(false);

  const none = { daily_requests: null, monthly_requests: null, daily_tokens: null, monthly_tokens: null };
  expect(await entries('gold')).toEqual([
    { action: 'plan.deleted', actor: 'ada', details: { ...none, monthly_tokens: 2 ** 40 } },
    {
      ...{ action: 'plan.updated', actor: 'ada' },
      details: { before: { ...none, daily_requests: 1 }, after: { ...none, monthly_tokens: 2 ** 40 } },
    },
    { action: 'plan.created', actor: 'ada', details: { ...none, daily_requests: 1 } },
  ]);
});

it('has a name that shows all of itself, and is no step of a path', async () => {
  for (const name of [
    '.',
    '..',
    ' free',
    'gold ',
    'two  words',
    'no\u00a0break',
    'go\u200bld',
    'go\u202eld',
    '\u3164',
  ]) {
    await expect(suite.here.plans.create(suite.admin, name, limits({}))).rejects.toMatchObject({
      kind: 'invalid',
      issues: [{ field: 'name', reason: 'label_characters' }],
    });
  }
  await suite.here.plans.create(suite.admin, 'für Familien', limits({}));
});

it('has each name once, also when asked by ten at once', async () => {
  const outcomes = await Promise.allSettled(
    Array.from({ length: 10 }, (_, i) =>
      (i % 2 ? suite.here : suite.there).plans.create(suite.admin, 'gold', limits({})),
    ),
  );
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
  expect(refused).toHaveLength(9);
  for (const { reason } of refused) expect(reason).toMatchObject({ kind: 'conflict', reason: 'name_exists' });
  for (const name of ['GOLD', 'Free', 'ＶＩＰ']) {
    await expect(suite.here.plans.create(suite.admin, name, limits({}))).rejects.toMatchObject({
      reason: 'name_exists',
    });
  }
});

it('keeps what is built in, with other figures', async () => {
  const { plans } = suite.here;
  await expect(plans.delete(suite.admin, 'vip')).rejects.toMatchObject({ kind: 'conflict', reason: 'built_in' });
  const [free] = await plans.list();
  await plans.update(suite.admin, 'free', limits({ dailyRequests: 3 }));
  const userId = await suite.here.someone();
  expect(await suite.there.quota.statusOf(userId)).toMatchObject({
    plan: 'free',
    day: { limit: { requests: 3, tokens: null } },
  });
  await plans.update(suite.admin, 'free', free ?? limits({}));
});

it('takes a plan that goes from those who have it', async () => {
  const { plans, users, transaction, db } = suite.here;
  await plans.create(suite.admin, 'gold', limits({}));
  const [had, others] = [await suite.here.someone(), await suite.here.someone()];
  await transaction.run((tx) => users.update(tx, had, { plan: 'gold' }));
  await transaction.run((tx) => users.update(tx, others, { plan: 'vip' }));
  await plans.delete(suite.admin, 'gold');
  expect((await users.find(db, had))?.plan).toBeNull();
  expect((await users.find(db, others))?.plan).toBe('vip');
});

it('knows no other', async () => {
  await expect(suite.here.plans.update(suite.admin, 'ghost', limits({}))).rejects.toMatchObject({ kind: 'not_found' });
  await expect(suite.here.plans.delete(suite.admin, 'ghost')).rejects.toMatchObject({ kind: 'not_found' });
});
