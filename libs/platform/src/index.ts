export type { Announcement, QuotaAlert, Told } from './announcements/announcement';
export { Announcements } from './announcements/announcements';
export { AnnouncementsModule } from './announcements/announcements.module';
export { Cache } from './cache/cache';
export { CacheModule } from './cache/cache.module';
export { MemoryCache } from './cache/memory-cache';
export { RedisClient } from './cache/redis-client';
export type { RedisState } from './cache/redis-client';
export { parseRedisUrl } from './cache/redis-config';
export type { RedisConfig } from './cache/redis-config';
export type { RedisCommands, RedisConnection } from './cache/redis-connection';
export { RedisScript } from './cache/redis-script';
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
  SocketLimits,
  TelemetryConfig,
  WebhookConfig,
} from './config/config';
export type { ConfigCheck } from './config/config-check';
export { providerOf, rejectsCommonPasswords } from './config/assemble-config';
export { checkFolders } from './config/check-folders';
export { renderEnvExample } from './config/env-example';
export { readEnvironment } from './config/environment';
export type { Environment } from './config/environment';
export { ConfigurationError } from './config/faults';
export type { Fault } from './config/faults';
export { loadConfig } from './config/load-config';
export type { Rate } from './config/parsers';
export { secretsOf } from './config/secrets-of';
export { CryptoModule } from './crypto/crypto.module';
export { reseal } from './crypto/reseal';
export type { SealedColumn } from './crypto/reseal';
export { Sealer } from './crypto/sealer';
export { columns } from './database/columns';
export { createDataSource } from './database/data-source';
export type { DatabaseSchema, MigrationClass } from './database/data-source';
export { parseDatabaseUrl } from './database/database-config';
export type { DatabaseConfig, DatabaseServerConfig, SqliteConfig } from './database/database-config';
export { DatabaseConnection } from './database/database-connection';
export { databaseErrorOf, isUniqueViolation } from './database/database-errors';
export { DatabaseProbe } from './database/database-probe';
export { DatabaseModule } from './database/database.module';
export { Db, Tx } from './database/db';
export { Departures } from './database/departures';
export type { DepartureReport } from './database/departures';
export { engineOf } from './database/engine';
export type { Engine } from './database/engine';
export { migrate, revertLastMigration, schemaIsCurrent } from './database/migrate';
export { oneStatement } from './database/part';
export { sameText } from './database/same-text';
export type { Part, SqlValue } from './database/part';
export { timeOf } from './database/times';
export { together } from './database/together';
export { Transaction } from './database/transaction';
export { errorTexts, locales, successTexts } from './i18n/texts';
export type { Locale, SuccessKey, Text } from './i18n/texts';
export { errorWords, Locales, reasonWords, successWords } from './i18n/words';
export { ensureDirectory } from './files/ensure-directory';
export { HourlySweep } from './lifecycle/hourly-sweep';
export { Shutdown } from './lifecycle/shutdown';
export type { ShutdownPhase } from './lifecycle/shutdown';
export { createLog } from './logging/create-log';
export type { Log } from './logging/create-log';
export type { LogConfig } from './logging/log-config';
export { NestLog } from './logging/nest-log';
export { requestContext } from './logging/request-context';
export type { RequestContext } from './logging/request-context';
export type { Mail } from './mail/mail';
export { MailModule } from './mail/mail.module';
export { Mailer } from './mail/mailer';
export { RateLimiter } from './rates/rate-limiter';
export type { RateVerdict } from './rates/rate-limiter';
export { startTracing } from './tracing/start-tracing';
export { failSpan, inSpan, serveInSpan, startClientSpan, traceHeaders } from './tracing/tracing';
export type { Span } from './tracing/tracing';
