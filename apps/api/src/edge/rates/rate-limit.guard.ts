import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  InjectThrottlerOptions,
  InjectThrottlerStorage,
  ThrottlerGuard,
  type ThrottlerLimitDetail,
  type ThrottlerModuleOptions,
  type ThrottlerRequest,
  type ThrottlerStorage,
} from '@nestjs/throttler';
import { AppError } from '#kernel';
import type { ActorRequest } from '../auth/access.decorators';
import { HttpRates } from './http-rates';
import { RATE_GROUP, type RateGroup } from './rate-limit.decorator';

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

  protected override shouldSkip(context: ExecutionContext): Promise<boolean> {
    // A guard of the whole application is called for sockets and gRPC too; they count in their own words.
    return Promise.resolve(context.getType() !== 'http');
  }

  protected override async handleRequest(props: ThrottlerRequest): Promise<boolean> {
    const { context } = props;
    const group = this.reflector.getAllAndOverride<RateGroup | undefined>(RATE_GROUP, [
      context.getHandler(),
      context.getClass(),
    ]);
    const request = context.switchToHttp().getRequest<ActorRequest>();
    for (const { key, rate } of this.rates.limitsOf(group ?? 'default', request)) {
      await super.handleRequest({
        ...props,
        limit: rate.limit,
        ttl: rate.windowMs,
        blockDuration: rate.windowMs,
        getTracker: () => Promise.resolve(key),
        generateKey: (_context, tracker) => tracker,
      });
    }
    return true;
  }

  protected override throwThrottlingException(
    context: ExecutionContext,
    { limit, timeToBlockExpire }: ThrottlerLimitDetail,
  ): Promise<void> {
    const { res } = this.getRequestResponse(context);
    const headers = { Limit: limit, Remaining: 0, Reset: timeToBlockExpire };
    for (const [name, value] of Object.entries(headers)) {
      this.setResponseHeader(res, `${this.headerPrefix}-${name}`, value);
    }
    throw new AppError('rate_limited', { retryAfter: timeToBlockExpire });
  }
}
