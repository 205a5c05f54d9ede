import type { Actor } from '#kernel';
import { RedisClient } from '#platform';
import { TestClock } from '../../../../test/harness/test-clock';
import { type Grant, IdentityCache } from './identity-cache';

let clock: TestClock;
let cache: IdentityCache;

beforeEach(() => {
  clock = new TestClock();
  cache = new IdentityCache(clock, new RedisClient(undefined));
});

function grantOf(userId: string, sessionId: string, expiresAt: number | null = null): Grant {
  const actor: Actor = {
    userId,
    username: userId,
    permissions: new Set(),
    credential: { kind: 'session', id: sessionId },
  };
  return { actor, expiresAt };
}

function laterGrant() {
  let resolve: (grant: Grant) => void = () => undefined;
  const promise = new Promise<Grant>((done) => (resolve = done));
  return { promise, resolve };
}

const keep = (key: string, grant: Grant) => cache.load(key, () => Promise.resolve(grant));

describe('IdentityCache', () => {
  it('forgets a user, a credential, everybody', async () => {
    for (const key of ['a1', 'a2', 'b1', 'c1']) await keep(key, grantOf(key.charAt(0), key));
    const left = () => ['a1', 'a2', 'b1', 'c1'].filter((key) => cache.get(key) !== undefined);
    cache.forgetUser('a');
    expect(left()).toEqual(['b1', 'c1']);
    cache.forgetCredential('b1');
    expect(left()).toEqual(['c1']);
    cache.forgetAll();
    expect(left()).toEqual([]);
  });

  it('does not keep an answer that is older than what was forgotten', async () => {
    const first = laterGrant();
    const asked = cache.load('a1', () => first.promise);
    cache.forgetUser('a');
    const second = jest.fn(() => Promise.resolve(null));
    await expect(cache.load('a1', second)).resolves.toBeNull();
    expect(second).toHaveBeenCalled();
    first.resolve(grantOf('a', 'a1'));
    await asked;
    expect(cache.get('a1')).toBeUndefined();
  });

  it('counts the three seconds from the question', async () => {
    const answer = laterGrant();
    const asked = cache.load('a1', () => answer.promise);
    clock.advance(2_999);
    answer.resolve(grantOf('a', 'a1'));
    await asked;
    expect(cache.get('a1')).toBeDefined();
    clock.advance(1);
    expect(cache.get('a1')).toBeUndefined();
  });

  it('asks again after a failure', async () => {
    await expect(cache.load('a1', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    await keep('a1', grantOf('a', 'a1'));
    expect(cache.get('a1')).toBeDefined();
  });

  it('keeps ten thousand, the newest', async () => {
    for (let number = 0; number <= 10_000; number++) await keep(`key-${number}`, grantOf('a', `key-${number}`));
    expect(cache.get('key-0')).toBeUndefined();
    expect(cache.get('key-1')).toBeDefined();
    expect(cache.get('key-10000')).toBeDefined();
  });
});
