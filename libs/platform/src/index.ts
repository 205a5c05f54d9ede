export type {
  AuthConfig,
  ChatConfig,
  CompatConfig,
  Config,
  EncryptionConfig,
  FilesConfig,
  HttpConfig,
  LlmConfig,
  MailConfig,
  QuotaConfig,
  RatesConfig,
  S3Config,
  TelemetryConfig,
  WebhookConfig,
} from './config/config';
export { renderEnvExample } from './config/env-example';
export { readEnvironment } from './config/environment';
export type { Environment } from './config/environment';
export { ConfigurationError } from './config/faults';
export type { Fault } from './config/faults';
export { loadConfig } from './config/load-config';
export type { Rate } from './config/parsers';
export { secretsOf } from './config/secrets-of';
export { errorTexts, locales, successTexts } from './i18n/texts';
export type { Locale, SuccessKey, Text } from './i18n/texts';
export { errorWords, Locales, reasonWords, successWords } from './i18n/words';
export { Shutdown } from './lifecycle/shutdown';
export type { ShutdownPhase } from './lifecycle/shutdown';
export { createLog } from './logging/create-log';
export type { Log } from './logging/create-log';
export type { LogConfig } from './logging/log-config';
export { NestLog } from './logging/nest-log';
export { requestContext } from './logging/request-context';
export type { RequestContext } from './logging/request-context';
