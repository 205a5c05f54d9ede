import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  InjectThrottlerOptions,
  InjectThrottlerStorage,
  ThrottlerGuard,
  type ThrottlerLimitDetail,
  type ThrottlerModuleOptions,
  type ThrottlerOptions,
  type ThrottlerStorage,
} from '@nestjs/throttler';
import type { Response } from 'express';
import { AppError } from '#kernel';
import type { ActorRequest } from '../auth/access.decorators';
import { HttpRates } from './http-rates';
import { RATE_GROUP, type RateGroup } from './rate-limit.decorator';

/** The figures are those of the route's group; the throttler wants some all the same. */
export const THROTTLER: ThrottlerOptions = { name: 'default', limit: 1, ttl: 1 };

/** The throttler of Nest, told what to count by `@RateLimit(group)`; every route is in a group. */
@Injectable()
export class RateLimitGuard extends ThrottlerGuard {
  protected override readonly headerPrefix = 'RateLimit';

  constructor(
    @InjectThrottlerOptions() options: ThrottlerModuleOptions,
    @InjectThrottlerStorage() storage: ThrottlerStorage,
    reflector: Reflector,
    private readonly rates: HttpRates,
  ) {
    super(options, storage, reflector);
  }

  /** The group alone tells what is counted: what the throttler looks up for each request is not in use here. */
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    // A guard of the whole application is called for sockets and gRPC too; they count in their own words.
    if (context.getType() !== 'http') return true;
    const group = this.reflector.getAllAndOverride<RateGroup | undefined>(RATE_GROUP, [
      context.getHandler(),
      context.getClass(),
    ]);
    const request = context.switchToHttp().getRequest<ActorRequest>();
    for (const { key, rate } of this.rates.limitsOf(group ?? 'default', request)) {
      await this.handleRequest({
        context,
        throttler: THROTTLER,
        limit: rate.limit,
        ttl: rate.windowMs,
        blockDuration: rate.windowMs,
        getTracker: () => Promise.resolve(key),
        generateKey: (_context, tracker) => tracker,
      });
    }
    return true;
  }

  protected override setResponseHeader(response: Response, name: string, value: number): void {
    response.setHeader(name, value);
  }

  protected override throwThrottlingException(
    context: ExecutionContext,
    { limit, timeToBlockExpire }: ThrottlerLimitDetail,
  ): Promise<void> {
    const response = context.switchToHttp().getResponse<Response>();
    const headers = { Limit: limit, Remaining: 0, Reset: timeToBlockExpire };
    for (const [name, value] of Object.entries(headers)) {
      this.setResponseHeader(response, `${this.headerPrefix}-${name}`, value);
    }
    throw new AppError('rate_limited', { retryAfter: timeToBlockExpire });
  }
}
