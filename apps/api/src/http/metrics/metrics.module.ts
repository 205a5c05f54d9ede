import { type DynamicModule, Module } from '@nestjs/common';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { METRICS_TOKEN, MetricsController } from './metrics.controller';

@Module({})
export class MetricsModule {
  static forRoot(token: string | undefined): DynamicModule {
    return {
      module: MetricsModule,
      imports: [PrometheusModule.register({ controller: MetricsController })],
      providers: [{ provide: METRICS_TOKEN, useValue: token ?? null }],
    };
  }
}
