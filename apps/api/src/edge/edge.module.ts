import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { Clock, SystemClock } from '#kernel';
import { type Locale, Locales, Shutdown } from '#platform';
import { EnvelopeInterceptor } from './answer/envelope.interceptor';
import { AllowedMethods } from './errors/allowed-methods';
import { HttpErrorFilter } from './errors/http-error.filter';
import { createValidationPipe } from './fields/validation.pipe';
import { HttpMetrics, httpMetricsProviders } from './metrics/http-metrics';

/** What every transport shares; global, since no resource could do without it. */
@Module({})
export class EdgeModule {
  static forRoot(locale: Locale): DynamicModule {
    return {
      module: EdgeModule,
      global: true,
      providers: [
        { provide: Clock, useClass: SystemClock },
        { provide: Locales, useValue: new Locales(locale) },
        { provide: APP_PIPE, useFactory: createValidationPipe },
        { provide: APP_INTERCEPTOR, useClass: EnvelopeInterceptor },
        { provide: APP_FILTER, useClass: HttpErrorFilter },
        AllowedMethods,
        Shutdown,
        ...httpMetricsProviders,
      ],
      exports: [AllowedMethods, Clock, HttpMetrics, Locales, Shutdown],
    };
  }
}
