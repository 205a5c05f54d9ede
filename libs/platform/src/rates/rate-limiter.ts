import { Injectable } from '@nestjs/common';
import { Clock, newId } from '#kernel';
import { RedisClient } from '../cache/redis-client';
import { RedisScript } from '../cache/redis-script';
import type { Rate } from '../config/parsers';

export interface RateVerdict {
  readonly allowed: boolean;
  readonly remaining: number;
  /** Whole seconds until a place is free again, or until the first of the taken ones is. */
  readonly resetSeconds: number;
}

/** Keeps the times of the hits within the window; a refused hit takes no place. Answers {allowed, hits, oldest}. */
const takePlace = new RedisScript(`
  local now, window, limit = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
  local hits = redis.call('ZCARD', KEYS[1])
  local allowed = 0
  if hits < limit then
    redis.call('ZADD', KEYS[1], now, ARGV[4])
    redis.call('PEXPIRE', KEYS[1], window)
    hits, allowed = hits + 1, 1
  end
  local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
  return {allowed, hits, oldest[2]}
`);

const KEYS_KEPT = 100_000;

/** So many hits within any stretch of time, counted over all replicas where there is Redis, else in this process. */
@Injectable()
export class RateLimiter {
  private readonly hits = new Map<string, number[]>();

  constructor(
    private readonly redis: RedisClient,
    private readonly clock: Clock,
  ) {}

  hit(key: string, rate: Rate): Promise<RateVerdict> {
    const now = this.clock.now();
    return this.redis.run(
      async (commands) => {
        const args = [String(now), String(rate.windowMs), String(rate.limit), newId()];
        const [allowed, hits, oldest] = (await takePlace.run(commands, [`chatgpt:rate:${key}`], args)) as [
          number,
          number,
          string | null,
        ];
        return verdict(allowed === 1, hits, Number(oldest ?? now), now, rate);
      },
      () => this.hitInMemory(key, rate, now),
    );
  }

  private hitInMemory(key: string, rate: Rate, now: number): RateVerdict {
    const hits = this.hits.get(key) ?? [];
    const firstInWindow = hits.findIndex((time) => time > now - rate.windowMs);
    hits.splice(0, firstInWindow === -1 ? hits.length : firstInWindow);
    const allowed = hits.length < rate.limit;
    if (allowed) hits.push(now);
    // Taken out and put back, so that the map stays in the order of use and the first is the one to forget.
    this.hits.delete(key);
    this.hits.set(key, hits);
    if (this.hits.size > KEYS_KEPT) this.hits.delete(this.hits.keys().next().value as string);
    return verdict(allowed, hits.length, hits[0] ?? now, now, rate);
  }
}

function verdict(allowed: boolean, hits: number, oldest: number, now: number, rate: Rate): RateVerdict {
  return {
    allowed,
    remaining: Math.max(0, rate.limit - hits),
    resetSeconds: Math.max(1, Math.ceil((oldest + rate.windowMs - now) / 1000)),
  };
}
