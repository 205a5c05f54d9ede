import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { ThrottlerModule } from '@nestjs/throttler';
import { Clock, SystemClock } from '#kernel';
import { type HttpConfig, type Locale, Locales, RateLimiter, type RatesConfig, Shutdown } from '#platform';
import { EnvelopeInterceptor } from './answer/envelope.interceptor';
import { ActorGuard } from './auth/actor.guard';
import { BearerStrategy } from './auth/bearer.strategy';
import { DeniedAccess } from './auth/denied-access';
import { SessionWatch } from './auth/session-watch';
import { ForeignDoors } from './doors/foreign-doors';
import { AllowedMethods } from './errors/allowed-methods';
import { HttpErrorFilter } from './errors/http-error.filter';
import { UnreadBodyGuard } from './fields/unread-body.guard';
import { createValidationPipe } from './fields/validation.pipe';
import { HttpMetrics, httpMetricsProviders } from './metrics/http-metrics';
import { HttpRates, RATES } from './rates/http-rates';
import { LimiterStorage } from './rates/limiter-storage';
import { RateLimitGuard, THROTTLER } from './rates/rate-limit.guard';
import { Callers } from './sockets/caller';
import { Door, SOCKET_SETTINGS } from './sockets/door';
import { Heartbeats } from './sockets/heartbeats';
import { Seats } from './sockets/seats';
import { SocketRates } from './sockets/socket-rates';
import { OpenStreams, openStreamsProviders } from './sse/open-streams';
import { SseStreams } from './sse/sse-stream';
import { ConversationTurns } from './turns/conversation-turns';
import { HttpTurns } from './turns/http-turns';
import { WantedTurns } from './turns/wanted-turns';

/** What every transport shares; global, since no resource could do without it. */
@Module({})
export class EdgeModule {
  static forRoot({ http, locale, rates }: { http: HttpConfig; locale: Locale; rates: RatesConfig }): DynamicModule {
    return {
      module: EdgeModule,
      global: true,
      imports: [
        ThrottlerModule.forRootAsync({
          inject: [RateLimiter],
          useFactory: (limiter: RateLimiter) => ({ throttlers: [THROTTLER], storage: new LimiterStorage(limiter) }),
        }),
      ],
      providers: [
        { provide: Clock, useClass: SystemClock },
        { provide: Locales, useValue: new Locales(locale) },
        { provide: RATES, useValue: rates },
        { provide: SOCKET_SETTINGS, useValue: http },
        // In this order: who asks, how often, and what nobody reads.
        { provide: APP_GUARD, useClass: ActorGuard },
        { provide: APP_GUARD, useExisting: RateLimitGuard },
        { provide: APP_GUARD, useClass: UnreadBodyGuard },
        { provide: APP_PIPE, useFactory: createValidationPipe },
        { provide: APP_INTERCEPTOR, useClass: EnvelopeInterceptor },
        { provide: APP_FILTER, useExisting: HttpErrorFilter },
        AllowedMethods,
        Callers,
        BearerStrategy,
        ConversationTurns,
        DeniedAccess,
        ForeignDoors,
        HttpErrorFilter,
        HttpRates,
        HttpTurns,
        RateLimitGuard,
        RateLimiter,
        WantedTurns,
        SocketRates,
        Seats,
        Heartbeats,
        Door,
        SessionWatch,
        Shutdown,
        SseStreams,
        ...httpMetricsProviders,
        ...openStreamsProviders,
      ],
      exports: [
        SOCKET_SETTINGS,
        AllowedMethods,
        Callers,
        Clock,
        ConversationTurns,
        Door,
        ForeignDoors,
        Heartbeats,
        HttpErrorFilter,
        HttpMetrics,
        HttpRates,
        HttpTurns,
        Locales,
        OpenStreams,
        RateLimiter,
        SessionWatch,
        Shutdown,
        SocketRates,
        SseStreams,
        WantedTurns,
      ],
    };
  }
}
