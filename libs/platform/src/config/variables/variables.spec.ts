import type { Config } from '../config';
import { ConfigurationError } from '../faults';
import { loadConfig } from '../load-config';
import type { VariableName } from './table';

type Read = (config: Config) => unknown;

interface Case {
  readonly read: Read;
  /** What it is when nothing is given. */
  readonly unset: unknown;
  /** Texts and what they mean. */
  readonly good: Readonly<Record<string, unknown>>;
  readonly bad: readonly string[];
  /** Others without which it may not be given, or means nothing. */
  readonly along?: Readonly<Record<string, string>>;
}

const of = (read: Read, unset: unknown, good: Case['good'], bad: Case['bad'], along: Case['along'] = {}): Case => ({
  read,
  unset,
  good,
  bad,
  along,
});

const flag = (read: Read, unset: boolean, along = {}): Case =>
  of(
    read,
    unset,
    { true: true, '1': true, yes: true, On: true, FALSE: false, '0': false, no: false, off: false },
    ['2', 'maybe', 'truee', '-1', 'true,false'],
    along,
  );

const words = (read: Read, unset: string, ...choices: string[]): Case =>
  of(read, unset, Object.fromEntries(choices.map((word) => [word, word])), ['nonsense', choices.join(','), '-']);

const anything = (read: Read, unset: unknown, along = {}): Case =>
  of(
    read,
    unset,
    { 'some/thing': 'some/thing', '  with blanks inside \t': 'with blanks inside', 数据: '数据' },
    ['a\u0000b', 'a\nb', 'a\u001b[31mb', 'a\u0085b'],
    along,
  );

const COLLECTOR = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://h' };

const pairs = (read: Read): Case =>
  of(
    read,
    undefined,
    { 'a=b': { a: 'b' }, 'x-key = s%3Dt%2C, b.c=': { 'x-key': 's=t,', 'b.c': '' } },
    ['a', '=b', 'a=%', 'a b=c', ','],
    COLLECTOR,
  );

const rate = (read: Read, limit: number): Case =>
  of(
    read,
    { limit, windowMs: 60_000 },
    {
      '0': undefined,
      '1/1': { limit: 1, windowMs: 1000 },
      '999999999/86400': { limit: 999_999_999, windowMs: 86_400_000 },
    },
    ['5', '5/0', '0/60', '-5/60', '5/60/1', '5 / 60', '5/86401', '1.5/60', 'five/60', '/', `${'9'.repeat(30)}/1`],
  );

const port = (read: Read, unset: number | undefined): Case =>
  of(read, unset, { '0': 0, '1': 1, '65535': 65_535, '09100': 9100 }, [
    ...['-1', '65536', '80.5', '0x50', '8e3', '８０００', 'http', '80 81', '9'.repeat(20)],
  ]);

const baseUrl = (read: Read, unset: string | undefined, along = {}): Case =>
  of(
    read,
    unset,
    {
      'https://x.example': 'https://x.example',
      'HTTP://X.example:8080/': 'http://x.example:8080',
      'https://x.example:443/a/b//': 'https://x.example/a/b',
      'http://[::1]:3000': 'http://[::1]:3000',
    },
    [
      ...['x.example', 'ftp://x.example', 'https:x.example', 'https://', 'https://x y', 'http://x:99999'],
      ...['https://x/?q=1', 'https://x/#f', 'https://u@x', 'https://u:p@x'],
    ],
    along,
  );

const KEY = Buffer.from(Array.from({ length: 32 }, (_, i) => i));
const OTHER_KEY = Buffer.from(Array.from({ length: 32 }, (_, i) => 251 - i));
const OTHER_TEXT = OTHER_KEY.toString('base64');

const base64Key = (read: Read, unset: unknown): Case =>
  of(read, unset, { [OTHER_TEXT]: OTHER_KEY, [OTHER_KEY.toString('base64url')]: OTHER_KEY }, [
    ...['short', OTHER_TEXT.slice(4), `${OTHER_TEXT}AAAA`, `!${OTHER_TEXT.slice(1)}`, 'a'.repeat(64)],
  ]);

const MB = 1024 * 1024;
const ADMIN = { ADMIN_USERNAME: 'root', ADMIN_EMAIL: 'root@example.org', ADMIN_PASSWORD: 'correct horse' };
const S3 = { S3_BUCKET: 'chat', S3_REGION: 'eu-1', S3_ACCESS_KEY_ID: 'AKIA', S3_SECRET_ACCESS_KEY: 'shhh' };

const cases: Readonly<Record<VariableName, Case>> = {
  NODE_ENV: of((c) => c.environment, 'development', { Development: 'development', test: 'test' }, ['prod', 'staging']),
  HOST: of(
    (c) => c.http.host,
    '0.0.0.0',
    { '::': '::', '127.0.0.1': '127.0.0.1', 'a-b.example': 'a-b.example', x: 'x' },
    ['http://x', 'x:80', '[::1]', 'a b', '-x', 'x/y'],
  ),
  PORT: port((c) => c.http.port, 8000),
  PUBLIC_URL: baseUrl((c) => c.http.publicUrl, undefined),
  CORS_ORIGINS: of(
    (c) => c.http.corsOrigins,
    'any',
    {
      '*': 'any',
      'https://A.example:443': ['https://a.example'],
      'https://a.example, http://localhost:3000 ,': ['https://a.example', 'http://localhost:3000'],
      'capacitor://localhost,http://[::1]:8080': ['capacitor://localhost', 'http://[::1]:8080'],
    },
    [
      ...['a.example', 'https://a.example/', 'https://a.example/x', 'https://a.example?x', 'https://u:p@a.example'],
      ...['https://*.example', '*,https://a.example', 'null', 'https://a.example:99999', 'https://', ','],
    ],
  ),
  TRUST_PROXY: of(
    (c) => c.http.trustProxy,
    0,
    { off: 0, '0': 0, '32': 32, loopback: ['loopback'], '10.0.0.0/8, ::1,fd00::/8': ['10.0.0.0/8', '::1', 'fd00::/8'] },
    [
      ...['true', '33', '-1', '1.5', 'yes', 'nginx', '10.0.0.0/33', '10.0.0.0/0', '10.0.0.0/', '10.0.0/8'],
      ...['10.0.0.0/8/8', '::/129'],
    ],
  ),
  MAX_BODY_MB: of((c) => c.http.maxBodyBytes, MB, { '0.5': MB / 2, '1024': 1024 * MB }, ['0', '-1', '1025', '1MB']),
  MAX_UPLOAD_MB: of((c) => c.files.maxUploadBytes, 10 * MB, { '.25': MB / 4 }, ['0', '1e3', '99999', 'Infinity']),
  UPLOAD_ALLOWANCE_MB: of((c) => c.files.allowanceBytes, 1024 * MB, { '.5': MB / 2 }, ['0', '1e3', 'all']),
  MAX_IMPORT_MB: of((c) => c.http.maxImportBytes, 1024 * MB, { '2048': 2048 * MB }, ['0', '1,5', '102401', 'NaN']),
  DOCS_ENABLED: flag((c) => c.http.docsEnabled, true),
  METRICS_TOKEN: of((c) => c.http.metricsToken, undefined, { 's3cret~!': 's3cret~!' }, ['with blank', 'ключ']),
  REPLICAS: of((c) => c.replicas, 1, { '1': 1, '20': 20 }, ['0', '-1', '1.5', '10001', 'two'], {
    DATABASE_URL: 'postgresql://h/n',
  }),
  MAX_SOCKETS_PER_USER: of((c) => c.http.sockets.perUser, 50, { '1': 1 }, ['0', '-1', 'x']),
  MAX_SOCKETS_PER_ADDRESS: of((c) => c.http.sockets.perAddress, 2_000, { '1': 1 }, ['0', '-1', 'x']),
  SHUTDOWN_GRACE: of((c) => c.http.shutdownGraceMs, 25_000, { '0': 0, '1.5': 1500 }, ['-1', '3601', '25s']),
  DATABASE_URL: of(
    (c) => c.database.engine,
    'sqlite',
    { 'sqlite:////var/x.db': 'sqlite', 'postgres://u:p@h:5432/d': 'postgres', 'mysql+pymysql://u:p@h/d': 'mysql' },
    ['oracle://u:p@h/d', 'nonsense', 'postgresql://u:p@h:5432'],
  ),
  REDIS_URL: of(
    (c) => c.redis !== undefined,
    false,
    { 'redis://h:6379/0': true, 'rediss://:p@h': true, 'redis://a:6379,b:6380,c:6381': true },
    ['http://h', 'h:6379', 'redis://h:notaport'],
  ),
  SECRET_KEY: of((c) => c.auth.tokenKeys[0], 'k', { x: 'x', ' 钥匙 ': '钥匙', 'a,b': 'a,b' }, ['a\nb']),
  SECRET_KEYS_OLD: of((c) => c.auth.tokenKeys.slice(1), [], { a: ['a'], 'a, b ,': ['a', 'b'] }, [',', 'a\tb']),
  ENCRYPTION_KEY: base64Key((c) => c.encryption.keys[0], KEY),
  ENCRYPTION_KEYS_OLD: base64Key((c) => c.encryption.keys[1], undefined),
  LLM_PROVIDER: of((c) => c.llm.provider, 'demo', { demo: 'demo', openai: 'openai' }, ['gpt', 'true'], {
    OPENAI_API_KEY: 'sk-x',
  }),
  OPENAI_API_KEY: of(
    (c) => [c.llm.provider, c.llm.openai.apiKey],
    ['demo', undefined],
    { 'sk-x': ['openai', 'sk-x'] },
    ['sk x', 'sk-é', 'sk\r\nx: y'],
  ),
  OPENAI_API_BASE: baseUrl((c) => c.llm.openai.baseUrl, 'https://api.openai.com/v1'),
  OPENAI_MODEL: anything((c) => c.llm.defaultModel, undefined),
  OPENAI_MAX_TOKENS: of((c) => c.llm.maxTokens, 1000, { '1': 1, '1000000': 1_000_000 }, ['0', '1.5', '1000001', '1e3']),
  OPENAI_TEMPERATURE: of((c) => c.llm.temperature, 0.7, { '0': 0, '2': 2, '1.25': 1.25 }, [
    '-0.1',
    '2.01',
    '0,7',
    'hot',
  ]),
  OPENAI_TIMEOUT: of((c) => c.llm.openai.timeoutMs, 60_000, { '0.25': 250 }, ['0', '3601', '60s']),
  OPENAI_MAX_RETRIES: of((c) => c.llm.openai.maxRetries, 3, { '0': 0, '10': 10 }, ['-1', '11', '0.5']),
  OPENAI_PROXY: of(
    (c) => c.llm.openai.proxyUrl,
    undefined,
    { 'http://u:p%40@proxy:3128': 'http://u:p%40@proxy:3128/' },
    ['proxy:3128', 'socks5://p', 'http://u:%zz@p', 'http://'],
  ),
  MODELS_FILE: anything((c) => c.llm.modelsFile, 'config/models.json'),
  TITLE_MODEL: of((c) => c.llm.titleModel, undefined, { '': null, 'gpt-x': 'gpt-x' }, ['a\nb']),
  MAX_CONCURRENT_TURNS: of((c) => c.chat.maxConcurrentTurns, 10, { '1': 1, '10000': 10_000 }, ['0', '10001', 'ten']),
  QUOTA_TIMEZONE: of(
    (c) => c.quota.timeZone,
    'UTC',
    { 'Asia/Shanghai': 'Asia/Shanghai', 'Europe/Berlin': 'Europe/Berlin' },
    ['Mars/Base', 'Asia', '../etc'],
  ),
  ENABLE_CACHE: words((c) => c.chat.answerCache.mode, 'deterministic', 'off', 'deterministic', 'all'),
  CACHE_TTL: of((c) => c.chat.answerCache.ttlMs, 3_600_000, { '0.5': 500 }, ['0', '-1', '1h']),
  CHAT_ON_DISCONNECT: words((c) => c.chat.onDisconnect, 'continue', 'continue', 'abort'),
  DEFAULT_LOCALE: of((c) => c.locale, 'en', { zh: 'zh', 'zh-CN': 'zh', en_US: 'en' }, ['de', 'english', 'z']),
  ACCESS_TOKEN_MINUTES: of((c) => c.auth.accessTokenMs, 1_800_000, { '0.05': 3000, '1.5': 90_000 }, ['0', '-5', '1/2']),
  REFRESH_TOKEN_DAYS: of((c) => c.auth.refreshTokenMs, 604_800_000, { '0.5': 43_200_000, '0.0001': 8640 }, [
    '0',
    '3651',
  ]),
  RESET_TOKEN_MINUTES: of((c) => c.auth.resetTokenMs, 3_600_000, { '0.1': 6000 }, ['0', '60m', '525601']),
  REJECT_COMMON_PASSWORDS: flag((c) => c.auth.rejectCommonPasswords, false),
  ADMIN_USERNAME: of(
    (c) => c.auth.firstAdmin?.username,
    undefined,
    { bob: 'bob', ['👑'.repeat(50)]: '👑'.repeat(50) },
    ['ab', 'x'.repeat(51)],
    ADMIN,
  ),
  ADMIN_EMAIL: of(
    (c) => c.auth.firstAdmin?.email,
    undefined,
    { 'a@b': 'a@b' },
    ['a', '@b', 'a@', 'a b@c', 'a@b@c', `${'x'.repeat(320)}@b`],
    ADMIN,
  ),
  ADMIN_PASSWORD: of(
    (c) => c.auth.firstAdmin?.password,
    undefined,
    { '12345678': '12345678', ['密'.repeat(128)]: '密'.repeat(128) },
    ['1234567', 'x'.repeat(129)],
    ADMIN,
  ),
  RATE_LIMIT_AUTH: rate((c) => c.rates.auth, 5),
  RATE_LIMIT_LOGIN_ADDRESS: rate((c) => c.rates.loginAddress, 20),
  RATE_LIMIT_SEND: rate((c) => c.rates.send, 20),
  RATE_LIMIT_DEFAULT: rate((c) => c.rates.default, 100),
  SMTP_URL: of((c) => c.mail.smtpUrl, undefined, { 'smtp://u:p@h:587': 'smtp://u:p@h:587', 'smtps://h': 'smtps://h' }, [
    'h:25',
    'http://h',
    'smtp://',
    'smtp://u:%@h',
    'smtp://h:port',
  ]),
  MAIL_FROM: of(
    (c) => c.mail.from,
    'no-reply@localhost',
    { 'a@b.org': 'a@b.org', '聊天 <a@b.org>': '聊天 <a@b.org>' },
    ['nobody', 'A <a>', 'A <a@b', 'a@b\nBcc: c@d'],
  ),
  MAIL_DIR: anything((c) => c.mail.directory, 'data/mail'),
  DATA_DIR: of((c) => c.files.directory, 'data/uploads', { '/srv': '/srv/uploads', x: 'x/uploads' }, ['a\u0000b']),
  UPLOAD_DIR: anything((c) => c.files.directory, 'data/uploads'),
  S3_BUCKET: anything((c) => c.files.s3?.bucket, undefined, S3),
  S3_REGION: of((c) => c.files.s3?.region, undefined, { 'us-1': 'us-1' }, ['us 1'], S3),
  S3_ACCESS_KEY_ID: of((c) => c.files.s3?.accessKeyId, undefined, { A: 'A' }, ['A B'], S3),
  S3_SECRET_ACCESS_KEY: of((c) => c.files.s3?.secretAccessKey, undefined, { 'a/b+c': 'a/b+c' }, ['a b'], S3),
  S3_ENDPOINT: baseUrl((c) => c.files.s3?.endpoint, undefined, S3),
  S3_FORCE_PATH_STYLE: flag((c) => c.files.s3?.forcePathStyle ?? false, false, S3),
  LOG_LEVEL: words((c) => c.log.level, 'info', 'fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
  LOG_FORMAT: words((c) => c.log.format, 'pretty', 'json', 'pretty'),
  LOG_FILE: anything((c) => c.log.file, undefined),
  COMPAT_ENABLED: flag((c) => c.compat.enabled, true),
  GRPC_PORT: port((c) => c.compat.grpcPort, undefined),
  ASK_WS_PORT: port((c) => c.compat.askPort, undefined),
  WEBHOOK_URL: of((c) => c.webhook?.url, undefined, { 'https://h/hook?token=x': 'https://h/hook?token=x' }, [
    'h/hook',
    'ftp://h',
    'https://u:p@h',
  ]),
  WEBHOOK_SECRET: anything((c) => c.webhook?.secret, undefined, { WEBHOOK_URL: 'https://h' }),
  OTEL_EXPORTER_OTLP_ENDPOINT: baseUrl((c) => c.telemetry?.tracesUrl.replace('/v1/traces', ''), undefined),
  OTEL_EXPORTER_OTLP_HEADERS: pairs((c) => c.telemetry?.headers),
  OTEL_SERVICE_NAME: anything((c) => c.telemetry?.serviceName, undefined, COLLECTOR),
  OTEL_RESOURCE_ATTRIBUTES: pairs((c) => c.telemetry?.resource),
  OTEL_TRACES_SAMPLER: of(
    (c) => c.telemetry?.sampler,
    undefined,
    {
      always_off: { root: 'always_off', parentBased: false, ratio: 1 },
      parentbased_traceidratio: { root: 'traceidratio', parentBased: true, ratio: 1 },
    },
    ['sometimes', 'parentbased'],
    COLLECTOR,
  ),
  OTEL_TRACES_SAMPLER_ARG: of(
    (c) => c.telemetry?.sampler.ratio,
    undefined,
    { '0': 0, '0.25': 0.25, '1': 1 },
    ['1.01', '-0.1', 'x'],
    COLLECTOR,
  ),
};

const load = (environment: Readonly<Record<string, string>>): Config =>
  loadConfig({ SECRET_KEY: 'k', ENCRYPTION_KEY: KEY.toString('base64'), ...environment });

function faultyVariables(environment: Readonly<Record<string, string>>): string[] {
  try {
    load(environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.faults.map(({ variable }) => variable);
    throw error;
  }
  return [];
}

describe.each(Object.entries(cases))('%s', (name, { read, unset, good, bad, along }) => {
  it('has its default', () => {
    expect(read(load({}))).toEqual(unset);
  });

  it.each(Object.entries(good))('takes %j', (text, value) => {
    expect(read(load({ ...along, [name]: text }))).toEqual(value);
  });

  it.each(bad)('refuses %j', (text) => {
    expect(faultyVariables({ ...along, [name]: text })).toEqual([name]);
  });
});
