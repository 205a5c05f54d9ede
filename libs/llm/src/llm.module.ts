import { Module, type DynamicModule } from '@nestjs/common';
import type { LlmConfig } from './llm-config';
import { ModelCatalogue } from './model-catalogue';

@Module({})
export class LlmModule {
  static forRoot(config: LlmConfig): DynamicModule {
    return {
      module: LlmModule,
      global: true,
      providers: [{ provide: ModelCatalogue, useFactory: () => new ModelCatalogue(config) }],
      exports: [ModelCatalogue],
    };
  }
}
