export { costOf } from './cost';
export { LanguageModel } from './language-model';
export type { AnswerOutcome, ModelAnswer, ModelCall, ModelMessage, Usage } from './language-model';
export type { LlmConfig } from './llm-config';
export { LlmModule } from './llm.module';
export { ModelCatalogue } from './model-catalogue';
export { capabilities } from './model';
export type { Capability, Model } from './model';
export { TokenCounter } from './token-counter';
