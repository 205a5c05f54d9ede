export type { LlmConfig } from './llm-config';
export { LlmModule } from './llm.module';
export { ModelCatalogue } from './model-catalogue';
export { capabilities } from './model';
export type { Capability, Model } from './model';
