import { type DynamicModule, Module } from '@nestjs/common';
import { Clock } from '#kernel';
import { DemoLanguageModel } from './adapters/demo/demo-language-model';
import { OpenAiLanguageModel, type Tuning } from './adapters/openai/openai-language-model';
import { UpstreamMetrics, upstreamMetricsProviders } from './adapters/openai/upstream-metrics';
import { LanguageModel } from './language-model';
import type { LlmConfig } from './llm-config';
import { ModelCatalogue } from './model-catalogue';
import { TokenCounter } from './token-counter';

@Module({})
export class LlmModule {
  static forRoot(config: LlmConfig, tuning: Partial<Tuning> = {}): DynamicModule {
    return {
      module: LlmModule,
      global: true,
      providers: [
        { provide: ModelCatalogue, useFactory: () => new ModelCatalogue(config) },
        TokenCounter,
        ...upstreamMetricsProviders,
        {
          provide: LanguageModel,
          inject: [ModelCatalogue, TokenCounter, Clock, UpstreamMetrics],
          useFactory: (catalogue: ModelCatalogue, tokens: TokenCounter, clock: Clock, metrics: UpstreamMetrics) =>
            config.provider === 'demo'
              ? new DemoLanguageModel(tokens, config.demoPaceMs)
              : new OpenAiLanguageModel(config, catalogue, clock, metrics, tuning),
        },
      ],
      exports: [LanguageModel, ModelCatalogue, TokenCounter],
    };
  }
}
