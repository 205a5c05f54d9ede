import { Injectable } from '@nestjs/common';
import { type Actor, AppError } from '#kernel';
import { RateLimiter } from '#platform';
import { HttpRates } from '../rates/http-rates';

/** The limits of HTTP, counted together with it. */
@Injectable()
export class SocketRates {
  constructor(
    private readonly rates: HttpRates,
    private readonly limiter: RateLimiter,
  ) {}

  /** Throws when it is too often. Whoever has no name is counted by address. */
  async count(group: 'send' | 'default', who: { readonly user?: Actor; readonly ip: string }): Promise<void> {
    for (const { key, rate } of this.rates.limitsOf(group, who)) {
      const { allowed, resetSeconds } = await this.limiter.hit(key, rate);
      if (!allowed) throw new AppError('rate_limited', { retryAfter: resetSeconds });
    }
  }
}
