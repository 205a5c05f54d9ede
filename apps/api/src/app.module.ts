import { type DynamicModule, Module } from '@nestjs/common';
import { LlmModule } from '#llm';
import { CacheModule, type Config, DatabaseModule } from '#platform';
import { migrations } from '../../../migrations';
import { EdgeModule } from './edge/edge.module';
import { HealthModule } from './http/health/health.module';
import { InfoModule } from './http/info/info.module';
import { MetricsModule } from './http/metrics/metrics.module';
import { ModelsModule } from './http/models/models.module';

/** The composition root: the only place that knows all rooms, and the only one that sees the whole configuration. */
@Module({})
export class AppModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        DatabaseModule.forRoot(config.database, migrations),
        CacheModule.forRoot(config.redis),
        LlmModule.forRoot(config.llm),
        EdgeModule.forRoot(config.locale),
        HealthModule,
        InfoModule.forRoot({ environment: config.environment, docsEnabled: config.http.docsEnabled }),
        MetricsModule.forRoot(config.http.metricsToken),
        ModelsModule,
      ],
    };
  }
}
