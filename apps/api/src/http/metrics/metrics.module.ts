import { type DynamicModule, Module } from '@nestjs/common';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { register } from 'prom-client';
import { METRICS_TOKEN, MetricsController } from './metrics.controller';

@Module({})
export class MetricsModule {
  static forRoot(token: string | undefined): DynamicModule {
    // The metrics of the process belong to the process, however many applications run in it.
    const collecting = register.getSingleMetric('process_cpu_user_seconds_total') !== undefined;
    return {
      module: MetricsModule,
      // The library's module holds the controller and would not see the token otherwise.
      global: true,
      imports: [
        PrometheusModule.register({
          controller: MetricsController,
          path: '/',
          defaultMetrics: { enabled: !collecting },
        }),
      ],
      providers: [{ provide: METRICS_TOKEN, useValue: token ?? null }],
      exports: [METRICS_TOKEN],
    };
  }
}
