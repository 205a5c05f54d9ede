import { parseRedisUrl } from '../../cache/redis-config';
import { parseDatabaseUrl } from '../../database/database-config';
import { baseUrl, host, origins, port, trustedProxies } from '../network-parsers';
import { anyText, boolean, choice, duration, integer, megabytes, token } from '../parsers';
import type { VariableSection } from '../variable';

const SECOND = 1000;

export const server = {
  NODE_ENV: {
    doc: 'development, production or test. production is strict: it refuses unsafe or missing secrets.',
    parse: choice('development', 'production', 'test'),
    fallback: 'development',
  },
  HOST: { doc: 'The address to listen on.', parse: host, fallback: '0.0.0.0' },
  PORT: { doc: 'The port to listen on; 0 takes any free one.', parse: port, fallback: '8000' },
  PUBLIC_URL: {
    doc: 'Where people reach this server; links in mails and shares begin with it.',
    parse: baseUrl,
    unset: 'taken from each request; needed with SMTP_URL in production',
    example: 'https://chat.example.com',
  },
  CORS_ORIGINS: {
    doc: 'Origins whose pages may call the API, separated by commas; * for any.',
    parse: origins,
    unset: 'any, in production none',
    example: 'https://chat.example.com,https://admin.example.com',
  },
  TRUST_PROXY: {
    doc: 'Whose X-Forwarded-For counts: off, the number of proxies in front, or their addresses and CIDRs.',
    parse: trustedProxies,
    fallback: 'off',
  },
  MAX_BODY_MB: { doc: 'The largest JSON body.', parse: megabytes(1024), fallback: '1' },
  DOCS_ENABLED: { doc: 'Serves /docs, /redoc and /openapi.json.', parse: boolean, fallback: 'true' },
  METRICS_TOKEN: {
    doc: 'The bearer token that /metrics asks for.',
    parse: token,
    unset: 'open to everyone who reaches it',
    secret: true,
  },
  SHUTDOWN_GRACE: {
    doc: 'Seconds that running answers have to finish after SIGTERM.',
    parse: duration(SECOND, 0, 3600),
    fallback: '25',
  },
  REPLICAS: {
    doc: 'How many of these processes serve together; more than one need a database server.',
    parse: integer(1, 10_000),
    fallback: '1',
  },
  MAX_SOCKETS_PER_USER: {
    doc: 'How many sockets of one user may be open at once in each process.',
    parse: integer(1, 1_000_000),
    fallback: '50',
  },
  MAX_SOCKETS_PER_ADDRESS: {
    doc: 'The same by address; many users may share one, and behind a proxy all do unless TRUST_PROXY is set.',
    parse: integer(1, 1_000_000),
    fallback: '2000',
  },
} satisfies VariableSection;

export const stores = {
  DATABASE_URL: {
    doc: 'sqlite:///relative, sqlite:////absolute, postgresql://name:password@host:5432/db or mysql://…',
    parse: parseDatabaseUrl,
    fallback: 'sqlite:///./data/chatgpt.db',
    secret: true,
  },
  REDIS_URL: {
    doc: 'Shared by replicas: redis://:password@host:6379/0, rediss://, a cluster redis://a:6379,b:6380,c:6381.',
    parse: parseRedisUrl,
    unset: 'memory, right for one process',
    example: 'redis://127.0.0.1:6379/0',
    secret: true,
  },
} satisfies VariableSection;

export const files = {
  DATA_DIR: { doc: 'Where files are kept for which nothing else is said.', parse: anyText, fallback: './data' },
  UPLOAD_DIR: { doc: 'Where uploads are kept when S3 is not used.', parse: anyText, unset: 'DATA_DIR/uploads' },
  MAX_UPLOAD_MB: { doc: 'The largest upload.', parse: megabytes(10_240), fallback: '10' },
  UPLOAD_ALLOWANCE_MB: {
    doc: "What one user's uploads may take together.",
    parse: megabytes(1_048_576),
    fallback: '1024',
  },
  MAX_IMPORT_MB: {
    doc: 'The largest import of conversations. At most 20 wait at once, each as a file under UPLOAD_DIR.',
    parse: megabytes(102_400),
    fallback: '1024',
  },
  S3_BUCKET: {
    doc: 'Keeps uploads in S3, or a store like it; the region and both keys are then needed as well.',
    parse: anyText,
    unset: 'uploads are files under UPLOAD_DIR',
  },
  S3_REGION: { doc: 'The region of the bucket.', parse: token, unset: 'none', example: 'eu-central-1' },
  S3_ACCESS_KEY_ID: { doc: 'Who we are to S3.', parse: token, unset: 'none' },
  S3_SECRET_ACCESS_KEY: { doc: 'The secret that belongs to it.', parse: token, unset: 'none', secret: true },
  S3_ENDPOINT: {
    doc: 'Another store that speaks S3.',
    parse: baseUrl,
    unset: "Amazon's",
    example: 'http://127.0.0.1:9002',
  },
  S3_FORCE_PATH_STYLE: {
    doc: 'Puts the bucket into the path instead of the host name, as most other stores want it.',
    parse: boolean,
    fallback: 'false',
  },
} satisfies VariableSection;

export const logs = {
  LOG_LEVEL: {
    doc: 'fatal, error, warn, info, debug, trace or silent.',
    parse: choice('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
    fallback: 'info',
  },
  LOG_FORMAT: {
    doc: 'json (one object a line) or pretty.',
    parse: choice('json', 'pretty'),
    unset: 'pretty, in production json',
    example: 'json',
  },
  LOG_FILE: {
    doc: 'A file to log to, beside standard output; opened anew on SIGHUP, for logrotate.',
    parse: anyText,
    unset: 'none',
    example: './logs/api.log',
  },
} satisfies VariableSection;
