import type { RedisConfig } from '../cache/redis-config';
import type { DatabaseConfig } from '../database/database-config';
import type { Locale } from '../i18n/texts';
import type { LogConfig } from '../logging/log-config';
import type { Rate } from './parsers';

/** A section for each room; a room is handed its own and never the whole. */
export interface Config {
  readonly environment: 'development' | 'production' | 'test';
  /** How many processes like this one serve together. */
  readonly replicas: number;
  readonly http: HttpConfig;
  readonly rates: RatesConfig;
  readonly compat: CompatConfig;
  readonly database: DatabaseConfig;
  /** Without it everything is kept in memory. */
  readonly redis: RedisConfig | undefined;
  readonly auth: AuthConfig;
  readonly encryption: EncryptionConfig;
  readonly llm: LlmConfig;
  readonly chat: ChatConfig;
  readonly quota: QuotaConfig;
  readonly mail: MailConfig;
  readonly files: FilesConfig;
  readonly log: LogConfig;
  /** For callers who ask for no language that we have. */
  readonly locale: Locale;
  readonly webhook: WebhookConfig | undefined;
  readonly telemetry: TelemetryConfig | undefined;
}

export interface HttpConfig {
  readonly host: string;
  readonly port: number;
  /** Without a slash at its end; undefined: taken from each request. */
  readonly publicUrl: string | undefined;
  readonly corsOrigins: 'any' | readonly string[];
  /** Hops or addresses, as Express's `trust proxy` takes them; 0 trusts nobody. */
  readonly trustProxy: number | readonly string[];
  readonly maxBodyBytes: number;
  readonly maxImportBytes: number;
  readonly docsEnabled: boolean;
  readonly metricsToken: string | undefined;
  readonly shutdownGraceMs: number;
  readonly sockets: SocketLimits;
}

/** How many may be open at once in this process. */
export interface SocketLimits {
  readonly perUser: number;
  readonly perAddress: number;
}

/** undefined: no limit. */
export interface RatesConfig {
  readonly auth: Rate | undefined;
  readonly loginAddress: Rate | undefined;
  readonly send: Rate | undefined;
  readonly default: Rate | undefined;
}

export interface CompatConfig {
  readonly enabled: boolean;
  readonly grpcPort: number | undefined;
  readonly askPort: number | undefined;
}

export interface AuthConfig {
  /** The first signs, all verify. */
  readonly tokenKeys: readonly [string, ...string[]];
  readonly accessTokenMs: number;
  readonly refreshTokenMs: number;
  readonly resetTokenMs: number;
  readonly rejectCommonPasswords: boolean;
  readonly firstAdmin: { readonly username: string; readonly email: string; readonly password: string } | undefined;
}

export interface EncryptionConfig {
  /** 32 bytes each; the first encrypts, all decrypt. */
  readonly keys: readonly [Buffer, ...Buffer[]];
}

export interface LlmConfig {
  readonly provider: 'openai' | 'demo';
  readonly openai: {
    /** Always there when the provider is openai; people's own keys may use the rest without it. */
    readonly apiKey: string | undefined;
    readonly baseUrl: string;
    readonly proxyUrl: string | undefined;
    /** Of silence. */
    readonly timeoutMs: number;
    readonly maxRetries: number;
  };
  /** By the names that a model of the catalogue may give: every variable that ends in _API_KEY. */
  readonly apiKeys: Readonly<Record<string, string>>;
  readonly modelsFile: string;
  /** undefined: the first of the catalogue. */
  readonly defaultModel: string | undefined;
  /** undefined: the cheapest of the catalogue; null: no titles are made. */
  readonly titleModel: string | null | undefined;
  readonly maxTokens: number;
  readonly temperature: number;
  /** Between the words of the demo model. */
  readonly demoPaceMs: number;
}

export interface ChatConfig {
  readonly maxConcurrentTurns: number;
  readonly onDisconnect: 'continue' | 'abort';
  readonly answerCache: { readonly mode: 'off' | 'deterministic' | 'all'; readonly ttlMs: number };
}

export interface QuotaConfig {
  readonly timeZone: string;
}

export interface MailConfig {
  readonly smtpUrl: string | undefined;
  readonly from: string;
  /** Where mails are written without SMTP; undefined: none are. */
  readonly directory: string | undefined;
}

export interface FilesConfig {
  readonly directory: string;
  /** undefined: files are kept in the directory. */
  readonly s3: S3Config | undefined;
  readonly maxUploadBytes: number;
  /** What one user's files may take together. */
  readonly allowanceBytes: number;
}

export interface S3Config {
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly endpoint: string | undefined;
  readonly forcePathStyle: boolean;
}

export interface WebhookConfig {
  readonly url: string;
  readonly secret: string | undefined;
}

export interface TelemetryConfig {
  readonly tracesUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  readonly resource: Readonly<Record<string, string>>;
  readonly sampler: SamplerConfig;
}

export interface SamplerConfig {
  readonly root: 'always_on' | 'always_off' | 'traceidratio';
  /** Whether the caller's decision comes first. */
  readonly parentBased: boolean;
  readonly ratio: number;
}
