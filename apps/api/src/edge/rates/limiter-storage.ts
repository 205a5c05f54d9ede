import type { ThrottlerStorage } from '@nestjs/throttler';
import type { RateLimiter } from '#platform';

type Hit = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** Lets the throttler count where every other transport counts. */
export class LimiterStorage implements ThrottlerStorage {
  constructor(private readonly limiter: RateLimiter) {}

  async increment(key: string, windowMs: number, limit: number): Promise<Hit> {
    const { allowed, remaining, resetSeconds } = await this.limiter.hit(key, { limit, windowMs });
    return {
      totalHits: limit - remaining,
      timeToExpire: resetSeconds,
      isBlocked: !allowed,
      timeToBlockExpire: allowed ? 0 : resetSeconds,
    };
  }
}
