import { Clock } from '#kernel';
import { RedisClient } from '../cache/redis-client';
import { RateLimiter } from './rate-limiter';

class StandingClock extends Clock {
  time = 1_000_000;
  now(): number {
    return this.time;
  }
}

describe('RateLimiter in memory', () => {
  const rate = { limit: 3, windowMs: 60_000 };
  let clock: StandingClock;
  let limiter: RateLimiter;

  beforeEach(() => {
    clock = new StandingClock();
    limiter = new RateLimiter(new RedisClient(undefined), clock);
  });

  it('lets in exactly as many as it may, also at once', async () => {
    const verdicts = await Promise.all(Array.from({ length: 10 }, () => limiter.hit('a', rate)));
    expect(verdicts.filter((verdict) => verdict.allowed)).toHaveLength(3);
    expect(verdicts.map((verdict) => verdict.remaining).slice(0, 4)).toEqual([2, 1, 0, 0]);
  });

  it('counts within any minute, not within minutes of the clock', async () => {
    await limiter.hit('a', rate);
    clock.time += 50_000;
    await limiter.hit('a', rate);
    await limiter.hit('a', rate);
    expect(await limiter.hit('a', rate)).toEqual({ allowed: false, remaining: 0, resetSeconds: 10 });
    clock.time += 10_000;
    expect((await limiter.hit('a', rate)).allowed).toBe(true);
    expect((await limiter.hit('a', rate)).allowed).toBe(false);
  });

  it('does not prolong the wait of those who knock all the time', async () => {
    for (let i = 0; i < 3; i++) await limiter.hit('a', rate);
    for (let i = 0; i < 59; i++) {
      clock.time += 1_000;
      expect((await limiter.hit('a', rate)).allowed).toBe(false);
    }
    clock.time += 1_000;
    expect((await limiter.hit('a', rate)).allowed).toBe(true);
  });

  it('keeps people apart', async () => {
    for (let i = 0; i < 4; i++) await limiter.hit('a', rate);
    expect((await limiter.hit('b', rate)).allowed).toBe(true);
  });
});
