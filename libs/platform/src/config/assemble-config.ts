import { join } from 'node:path';
import type { AuthConfig, Config, LlmConfig, S3Config, SamplerConfig, TelemetryConfig } from './config';
import type { CheckedValues } from './rules';
import type { Values } from './variables/table';

/** As fast as people read along. */
const DEMO_PACE_MS = 40;

export function assembleConfig(v: CheckedValues, apiKeys: Readonly<Record<string, string>>): Config {
  const production = v.NODE_ENV === 'production';
  return {
    environment: v.NODE_ENV,
    replicas: v.REPLICAS,
    http: {
      host: v.HOST,
      port: v.PORT,
      publicUrl: v.PUBLIC_URL,
      corsOrigins: v.CORS_ORIGINS ?? (production ? [] : 'any'),
      trustProxy: v.TRUST_PROXY,
      maxBodyBytes: v.MAX_BODY_MB,
      maxImportBytes: v.MAX_IMPORT_MB,
      docsEnabled: v.DOCS_ENABLED,
      metricsToken: v.METRICS_TOKEN,
      shutdownGraceMs: v.SHUTDOWN_GRACE,
      sockets: { perUser: v.MAX_SOCKETS_PER_USER, perAddress: v.MAX_SOCKETS_PER_ADDRESS },
    },
    rates: {
      auth: v.RATE_LIMIT_AUTH,
      loginAddress: v.RATE_LIMIT_LOGIN_ADDRESS,
      send: v.RATE_LIMIT_SEND,
      default: v.RATE_LIMIT_DEFAULT,
    },
    compat: { enabled: v.COMPAT_ENABLED, grpcPort: v.GRPC_PORT, askPort: v.ASK_WS_PORT },
    database: v.DATABASE_URL,
    redis: v.REDIS_URL,
    auth: {
      tokenKeys: [v.SECRET_KEY, ...(v.SECRET_KEYS_OLD ?? [])],
      accessTokenMs: v.ACCESS_TOKEN_MINUTES,
      refreshTokenMs: v.REFRESH_TOKEN_DAYS,
      resetTokenMs: v.RESET_TOKEN_MINUTES,
      rejectCommonPasswords: rejectsCommonPasswords(v),
      firstAdmin: firstAdmin(v),
    },
    encryption: { keys: [v.ENCRYPTION_KEY, ...(v.ENCRYPTION_KEYS_OLD ?? [])] },
    llm: {
      provider: providerOf(v),
      openai: {
        apiKey: v.OPENAI_API_KEY,
        baseUrl: v.OPENAI_API_BASE,
        proxyUrl: v.OPENAI_PROXY,
        timeoutMs: v.OPENAI_TIMEOUT,
        maxRetries: v.OPENAI_MAX_RETRIES,
      },
      apiKeys,
      modelsFile: v.MODELS_FILE,
      defaultModel: v.OPENAI_MODEL,
      titleModel: v.TITLE_MODEL === '' ? null : v.TITLE_MODEL,
      maxTokens: v.OPENAI_MAX_TOKENS,
      temperature: v.OPENAI_TEMPERATURE,
      demoPaceMs: v.NODE_ENV === 'test' ? 0 : DEMO_PACE_MS,
    },
    chat: {
      maxConcurrentTurns: v.MAX_CONCURRENT_TURNS,
      onDisconnect: v.CHAT_ON_DISCONNECT,
      answerCache: { mode: v.ENABLE_CACHE, ttlMs: v.CACHE_TTL },
    },
    quota: { timeZone: v.QUOTA_TIMEZONE },
    mail: {
      smtpUrl: v.SMTP_URL,
      from: v.MAIL_FROM ?? `no-reply@${v.PUBLIC_URL === undefined ? 'localhost' : new URL(v.PUBLIC_URL).hostname}`,
      directory: production ? undefined : (v.MAIL_DIR ?? join(v.DATA_DIR, 'mail')),
    },
    files: {
      directory: v.UPLOAD_DIR ?? join(v.DATA_DIR, 'uploads'),
      s3: s3(v),
      maxUploadBytes: v.MAX_UPLOAD_MB,
      allowanceBytes: v.UPLOAD_ALLOWANCE_MB,
    },
    log: { level: v.LOG_LEVEL, format: v.LOG_FORMAT ?? (production ? 'json' : 'pretty'), file: v.LOG_FILE },
    locale: v.DEFAULT_LOCALE,
    webhook: v.WEBHOOK_URL === undefined ? undefined : { url: v.WEBHOOK_URL, secret: v.WEBHOOK_SECRET },
    telemetry: telemetry(v),
  };
}

export function rejectsCommonPasswords(v: Partial<Values>): boolean {
  return v.REJECT_COMMON_PASSWORDS ?? v.NODE_ENV === 'production';
}

export function providerOf(v: Partial<Values>): LlmConfig['provider'] {
  return v.LLM_PROVIDER ?? (v.OPENAI_API_KEY === undefined ? 'demo' : 'openai');
}

function firstAdmin(v: Values): AuthConfig['firstAdmin'] {
  const { ADMIN_USERNAME: username, ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = v;
  return username && email && password ? { username, email, password } : undefined;
}

function s3(v: Values): S3Config | undefined {
  const { S3_BUCKET: bucket, S3_REGION: region, S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secret } = v;
  if (!bucket || !region || !accessKeyId || !secret) return undefined;
  return {
    bucket,
    region,
    accessKeyId,
    secretAccessKey: secret,
    endpoint: v.S3_ENDPOINT,
    forcePathStyle: v.S3_FORCE_PATH_STYLE,
  };
}

function telemetry(v: Values): TelemetryConfig | undefined {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER: sampler } = v;
  if (endpoint === undefined) return undefined;
  return {
    tracesUrl: `${endpoint}/v1/traces`,
    headers: v.OTEL_EXPORTER_OTLP_HEADERS ?? {},
    serviceName: v.OTEL_SERVICE_NAME,
    resource: v.OTEL_RESOURCE_ATTRIBUTES ?? {},
    sampler: {
      root: sampler.replace('parentbased_', '') as SamplerConfig['root'],
      parentBased: sampler.startsWith('parentbased_'),
      ratio: v.OTEL_TRACES_SAMPLER_ARG,
    },
  };
}
