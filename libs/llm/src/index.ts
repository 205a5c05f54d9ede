export { costOf } from './cost';
export { LanguageModel } from './language-model';
export type { AnswerOutcome, ModelAnswer, ModelCall, ModelMessage, ModelState, Usage } from './language-model';
export type { LlmConfig } from './llm-config';
export { LlmModule } from './llm.module';
export { ModelCatalogue } from './model-catalogue';
export { capabilities } from './model';
export type { Capability, Model } from './model';
export { TokenCounter, TOKENS_AROUND_A_MESSAGE, TOKENS_BEFORE_AN_ANSWER } from './token-counter';
