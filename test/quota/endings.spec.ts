import { newId } from '#kernel';
import { billOf } from './quota-process';
import { quotaSuite } from './quota-suite';

const suite = quotaSuite();

async function running(promptTokens = 5, wantedTokens = 10): Promise<{ userId: string; turnId: string }> {
  const userId = await suite.here.someone();
  const { turnId } = await suite.here.reserve(userId, { promptTokens, wantedTokens });
  return { userId, turnId };
}

async function charged(userId: string): Promise<[requests: number, tokens: number, entries: number]> {
  const { day, month } = await suite.here.used(userId);
  expect(month).toEqual(day);
  expect(await suite.here.countHolds(userId)).toBe(0);
  return [day.requests, day.tokens, (await suite.here.ledgerOf(userId)).length];
}

describe('a settled turn', () => {
  it('costs its request and what it used', async () => {
    const { userId, turnId } = await running();
    expect(await suite.there.settle(turnId, 6)).toBe(true);
    expect(await charged(userId)).toEqual([1, 6, 1]);
  });

  it('never costs more than it held, and the ledger has what was reported', async () => {
    const { userId, turnId } = await running(5, 10);
    await suite.here.settle(turnId, 1_000);
    expect(await charged(userId)).toEqual([1, 15, 1]);
    expect(await suite.here.ledgerOf(userId)).toMatchObject([{ total_tokens: 1_000, charged_tokens: 15 }]);
  });

  it('costs its request and no tokens from the cache', async () => {
    const { userId, turnId } = await running();
    const usage = { promptTokens: 0, completionTokens: 0 };
    await suite.here.settle(turnId, 0, { usage, cost: 0, cached: true });
    expect(await charged(userId)).toEqual([1, 0, 1]);
  });

  it('has its tokens noted and not charged where a key of the caller paid', async () => {
    const userId = await suite.here.someone();
    const { turnId } = await suite.here.reserve(userId, { chargeTokens: false });
    await suite.here.settle(turnId, 800, { ownKey: true });
    expect(await charged(userId)).toEqual([1, 0, 1]);
    expect(await suite.here.ledgerOf(userId)).toMatchObject([{ total_tokens: 800, charged_tokens: 0 }]);
  });

  it('is on the ledger with everything that is known of it', async () => {
    const { userId, turnId } = await running();
    const bill = { ...billOf(turnId, 8), cost: 0.123456, status: 'stopped' as const, firstTokenMs: null };
    await suite.here.settle(turnId, 8, bill);
    const [entry] = await suite.here.ledgerOf(userId);
    expect(entry).toMatchObject({
      ...{ turn_id: turnId, user_id: userId, conversation_id: bill.conversationId, model: 'a-model', plan: 'free' },
      ...{ prompt_tokens: 5, completion_tokens: 3, total_tokens: 8, charged_tokens: 8, cost_micros: 123_456 },
      ...{ day: '2026-01-01', status: 'stopped', first_token_ms: null },
    });
    expect(entry).toMatchObject(
      suite.here.db.engine === 'postgres' ? { own_key: false, cached: false } : { own_key: 0, cached: 0 },
    );
  });

  it('is on the ledger also if its account is gone', async () => {
    const { userId, turnId } = await running();
    await suite.here.transaction.run((tx) => suite.here.users.delete(tx, userId));
    expect(await suite.here.settle(turnId, 6)).toBe(true);
    expect(await suite.here.ledgerOf(userId)).toMatchObject([{ charged_tokens: 6 }]);
    expect(await suite.here.db.query('SELECT period FROM quota_counters WHERE user_id = ?', [userId])).toEqual([]);
    expect(await suite.here.countHolds(userId)).toBe(0);
  });
});

describe('a released turn', () => {
  it('costs nothing', async () => {
    const { userId, turnId } = await running();
    expect(await suite.there.release(turnId)).toBe(true);
    expect(await charged(userId)).toEqual([0, 0, 0]);
  });
});

describe('an end', () => {
  it('is the first one, whatever comes later', async () => {
    const settled = await running();
    expect([
      await suite.here.settle(settled.turnId, 6),
      await suite.there.settle(settled.turnId, 9),
      await suite.there.release(settled.turnId),
    ]).toEqual([true, false, false]);
    expect(await charged(settled.userId)).toEqual([1, 6, 1]);

    const released = await running();
    expect([
      await suite.here.release(released.turnId),
      await suite.there.release(released.turnId),
      await suite.there.settle(released.turnId, 6),
    ]).toEqual([true, false, false]);
    expect(await charged(released.userId)).toEqual([0, 0, 0]);
  });

  it('comes once, of many at once in two processes', async () => {
    for (let round = 0; round < 10; round++) {
      const { userId, turnId } = await running();
      const ends = [suite.here, suite.there].flatMap((process) => [
        process.settle(turnId, 6),
        process.release(turnId),
        process.settle(turnId, 6),
      ]);
      expect((await Promise.all(ends)).filter(Boolean)).toHaveLength(1);
      const [requests, tokens, entries] = await charged(userId);
      expect([requests, tokens]).toEqual(entries === 1 ? [1, 6] : [0, 0]);
    }
  });

  it('of what never began is none', async () => {
    expect(await suite.here.settle(newId())).toBe(false);
    expect(await suite.here.release(newId())).toBe(false);
  });

  it('is undone with its transaction', async () => {
    const { userId, turnId } = await running();
    const undone = suite.here.transaction.run(async (tx) => {
      await suite.here.quota.settle(tx, billOf(turnId, 6));
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await suite.here.settle(turnId, 6)).toBe(true);
    expect(await charged(userId)).toEqual([1, 6, 1]);
  });
});

describe('a lease', () => {
  const expired = async () => suite.there.quota.expiredTurns(100);
  afterEach(() => suite.here.db.execute('DELETE FROM quota_holds'));

  it('ends, the oldest first, and what is over can be found as often as one likes', async () => {
    const userId = await suite.here.someone();
    const until = (ms: number) => ({ leaseUntil: new Date(suite.clock.now() + ms) });
    const late = await suite.here.reserve(userId, until(2_000));
    const early = await suite.here.reserve(userId, until(1_000));
    await suite.here.reserve(userId, until(3_000));
    expect(await expired()).toEqual([]);
    suite.clock.advance(2_001);
    expect(await expired()).toEqual([early.turnId, late.turnId]);
    expect(await suite.there.quota.expiredTurns(1)).toEqual([early.turnId]);
    expect(await suite.there.release(early.turnId)).toBe(true);
    expect(await expired()).toEqual([late.turnId]);
  });

  it('is renewed as long as its turn goes on', async () => {
    const userId = await suite.here.someone();
    const turns = await Promise.all([1, 2, 3].map(() => suite.here.reserve(userId)));
    const [first, ...others] = turns.map(({ turnId }) => turnId);
    suite.clock.advance(50_000);
    await suite.here.quota.renew(others, new Date(suite.clock.now() + 60_000));
    await suite.here.quota.renew([], new Date(0));
    suite.clock.advance(20_000);
    expect(await expired()).toEqual([first]);
  });
});
