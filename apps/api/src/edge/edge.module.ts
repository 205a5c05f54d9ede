import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { ThrottlerModule } from '@nestjs/throttler';
import { Clock, SystemClock } from '#kernel';
import { type Locale, Locales, RateLimiter, type RatesConfig, Shutdown } from '#platform';
import { EnvelopeInterceptor } from './answer/envelope.interceptor';
import { ActorGuard } from './auth/actor.guard';
import { BearerStrategy } from './auth/bearer.strategy';
import { DeniedAccess } from './auth/denied-access';
import { SessionWatch } from './auth/session-watch';
import { AllowedMethods } from './errors/allowed-methods';
import { HttpErrorFilter } from './errors/http-error.filter';
import { UnreadBodyInterceptor } from './fields/unread-body.interceptor';
import { createValidationPipe } from './fields/validation.pipe';
import { HttpMetrics, httpMetricsProviders } from './metrics/http-metrics';
import { HttpRates, RATES } from './rates/http-rates';
import { LimiterStorage } from './rates/limiter-storage';
import { RateLimitGuard } from './rates/rate-limit.guard';
import { OpenStreams, openStreamsProviders } from './sse/open-streams';
import { SseStreams } from './sse/sse-stream';

/** What every transport shares; global, since no resource could do without it. */
@Module({})
export class EdgeModule {
  static forRoot({ locale, rates }: { locale: Locale; rates: RatesConfig }): DynamicModule {
    return {
      module: EdgeModule,
      global: true,
      imports: [
        ThrottlerModule.forRootAsync({
          inject: [RateLimiter],
          // The figures are those of the route's group; the throttler wants some all the same.
          useFactory: (limiter: RateLimiter) => ({
            throttlers: [{ name: 'default', limit: 1, ttl: 1 }],
            storage: new LimiterStorage(limiter),
          }),
        }),
      ],
      providers: [
        { provide: Clock, useClass: SystemClock },
        { provide: Locales, useValue: new Locales(locale) },
        { provide: RATES, useValue: rates },
        // In this order: who asks, then how often.
        { provide: APP_GUARD, useClass: ActorGuard },
        { provide: APP_GUARD, useExisting: RateLimitGuard },
        { provide: APP_PIPE, useFactory: createValidationPipe },
        { provide: APP_INTERCEPTOR, useClass: UnreadBodyInterceptor },
        { provide: APP_INTERCEPTOR, useClass: EnvelopeInterceptor },
        { provide: APP_FILTER, useClass: HttpErrorFilter },
        AllowedMethods,
        BearerStrategy,
        DeniedAccess,
        HttpRates,
        RateLimitGuard,
        RateLimiter,
        SessionWatch,
        Shutdown,
        SseStreams,
        ...httpMetricsProviders,
        ...openStreamsProviders,
      ],
      exports: [
        AllowedMethods,
        Clock,
        HttpMetrics,
        HttpRates,
        Locales,
        OpenStreams,
        RateLimiter,
        SessionWatch,
        Shutdown,
        SseStreams,
      ],
    };
  }
}
