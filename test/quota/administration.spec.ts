import { newId } from '#kernel';
import { limits } from './quota-process';
import { quotaSuite } from './quota-suite';

const suite = quotaSuite();

async function entries(target: string) {
  const found = await suite.here.audit.search({ target, limit: 10 });
  return found.entries.map(({ action, actor, details }) => ({ action, actor: actor?.username, details }));
}

const facts = (dailyRequests: number | null) => ({
  ...{ daily_requests: dailyRequests, monthly_requests: null, daily_tokens: null, monthly_tokens: null },
});

describe('an override', () => {
  it('is set, changed and cleared, and told to the audit log', async () => {
    const { administration } = suite.here;
    const userId = await suite.here.someone();
    expect(await administration.override(userId)).toBeNull();
    await administration.setOverride(suite.admin, userId, limits({ dailyRequests: 3 }));
    expect(await suite.there.administration.override(userId)).toEqual(limits({ dailyRequests: 3 }));
    await administration.setOverride(suite.admin, userId, limits({ dailyRequests: null }));
    expect(await suite.there.administration.override(userId)).toEqual(limits({}));
    await administration.clearOverride(suite.admin, userId);
    await administration.clearOverride(suite.admin, userId);
    expect(await suite.there.administration.override(userId)).toBeNull();
    expect(await entries(userId)).toEqual([
      { action: 'quota.override_cleared', actor: 'ada', details: { before: facts(null) } },
      { action: 'quota.override_set', actor: 'ada', details: { before: facts(3), after: facts(null) } },
      { action: 'quota.override_set', actor: 'ada', details: { before: null, after: facts(3) } },
    ]);
  });

  it('set by ten at once is one of them, and the log tells it in order', async () => {
    const userId = await suite.here.someone();
    await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        (i % 2 ? suite.here : suite.there).administration.setOverride(
          suite.admin,
          userId,
          limits({ dailyRequests: i }),
        ),
      ),
    );
    const told = (await entries(userId)) as { details: { before: object | null; after: object } }[];
    const changes = told.map(({ details }) => details);
    const last = changes.filter(
      ({ after }) => !changes.some(({ before }) => JSON.stringify(before) === JSON.stringify(after)),
    );
    expect(last.map(({ after }) => after)).toEqual([
      facts((await suite.here.administration.override(userId))?.dailyRequests ?? null),
    ]);
  });

  it('goes with its user', async () => {
    const userId = await suite.here.someone();
    await suite.here.administration.setOverride(suite.admin, userId, limits({}));
    await suite.here.transaction.run((tx) => suite.here.users.delete(tx, userId));
    expect(await suite.here.administration.override(userId)).toBeNull();
  });
});

describe('a reset', () => {
  it.each([
    ['day', { day: 0, month: 2 }],
    ['month', { day: 2, month: 0 }],
    ['all', { day: 0, month: 0 }],
  ] as const)('of %s forgives what was used, is told to the audit log, and leaves the ledger', async (period, left) => {
    const userId = await suite.here.someone();
    for (let turn = 0; turn < 2; turn++) await suite.here.settle((await suite.here.reserve(userId)).turnId, 6);
    await suite.there.administration.reset(suite.admin, userId, period);
    expect(await suite.here.used(userId)).toEqual({
      day: { requests: left.day, tokens: left.day * 6 },
      month: { requests: left.month, tokens: left.month * 6 },
    });
    expect(await suite.here.ledgerOf(userId)).toHaveLength(2);
    const used = { requests: 2, tokens: 12 };
    const before = { day: { day: used }, month: { month: used }, all: { day: used, month: used } }[period];
    expect(await entries(userId)).toEqual([{ action: 'quota.reset', actor: 'ada', details: { period, before } }]);
  });

  it('forgives no turn that still runs', async () => {
    const userId = await suite.here.someone();
    const { turnId } = await suite.here.reserve(userId);
    await suite.here.administration.reset(suite.admin, userId, 'all');
    expect(await suite.here.used(userId)).toMatchObject({ day: { requests: 1, tokens: 15 } });
    await suite.here.settle(turnId, 6);
    expect(await suite.here.used(userId)).toMatchObject({ day: { requests: 1, tokens: 6 } });
  });

  it('of who has used nothing is none the worse', async () => {
    const userId = await suite.here.someone();
    await suite.here.administration.reset(suite.admin, userId, 'day');
    expect(await suite.here.used(userId)).toMatchObject({ day: { requests: 0, tokens: 0 } });
  });
});

it('knows nobody who is not there', async () => {
  const { administration } = suite.here;
  const ghost = newId();
  const nobody = { kind: 'not_found' };
  await expect(administration.setOverride(suite.admin, ghost, limits({}))).rejects.toMatchObject(nobody);
  await expect(administration.clearOverride(suite.admin, ghost)).rejects.toMatchObject(nobody);
  await expect(administration.reset(suite.admin, ghost, 'all')).rejects.toMatchObject(nobody);
  expect(await entries(ghost)).toEqual([]);
});
