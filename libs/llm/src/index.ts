export { costOf } from './cost';
export { LanguageModel } from './language-model';
export type {
  AnswerOutcome,
  ModelAnswer,
  ModelCall,
  ModelImage,
  ModelMessage,
  ModelState,
  RelayCall,
  RelayedAnswer,
  RelayOutcome,
  Usage,
} from './language-model';
export type { LlmConfig } from './llm-config';
export { LlmModule } from './llm.module';
export { checkModels, ModelCatalogue } from './model-catalogue';
export { capabilities } from './model';
export type { Capability, Model } from './model';
export { imagesIn, messagesIn, textOf } from './request-text';
export type { RequestMessage } from './request-text';
export { TokenCounter, TOKENS_AROUND_A_MESSAGE, TOKENS_BEFORE_AN_ANSWER } from './token-counter';
