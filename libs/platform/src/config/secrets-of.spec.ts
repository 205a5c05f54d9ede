import { loadConfig } from './load-config';
import { secretsOf } from './secrets-of';
import { variables } from './variables/table';

const key = (seed: number): string => Buffer.alloc(32, seed).toString('base64');

const secrets = {
  SECRET_KEY: 'canary-1',
  SECRET_KEYS_OLD: 'canary-2,canary-3',
  ENCRYPTION_KEY: key(1),
  ENCRYPTION_KEYS_OLD: `${key(2)}, ${key(3)}`,
  METRICS_TOKEN: 'canary-4',
  OPENAI_API_KEY: 'canary-5',
  ADMIN_PASSWORD: 'canary-6',
  S3_SECRET_ACCESS_KEY: 'canary-7',
  WEBHOOK_URL: 'https://hooks.example/canary-8',
  WEBHOOK_SECRET: 'canary-9',
  DATABASE_URL: 'postgresql://user:canary%2D10@host/name',
  REDIS_URL: 'redis://:canary%2D11@a:6379,b:6380',
  OPENAI_PROXY: 'http://user:canary%2D12@proxy',
  SMTP_URL: 'smtp://user:canary%2D13@host',
  OTEL_EXPORTER_OTLP_HEADERS: 'x-key=canary%2D15',
};

it('holds what is secret in every variable that may hold a secret', () => {
  const secretVariables = Object.entries(variables).flatMap(([name, { secret }]) => (secret ? [name] : []));
  expect(Object.keys(secrets).sort()).toEqual(secretVariables.sort());

  const config = loadConfig({
    ...secrets,
    ELSEWHERE_API_KEY: 'canary-14',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
    ADMIN_USERNAME: 'admin',
    ADMIN_EMAIL: 'admin@example.org',
    S3_BUCKET: 'bucket',
    S3_REGION: 'region',
    S3_ACCESS_KEY_ID: 'id',
  });
  const held = secretsOf(config);
  const wanted = [
    ...[1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15].map((number) => `canary-${number}`),
    ...['https://hooks.example/canary-8', 'canary%2D12', 'canary%2D13'],
    ...[1, 2, 3].map(key),
  ];
  expect([...held].sort()).toEqual(wanted.sort());
});

it('holds nothing blank', () => {
  const config = loadConfig({ SECRET_KEY: 'k', ENCRYPTION_KEY: key(1), SMTP_URL: 'smtp://user@host' });
  expect(secretsOf(config)).toEqual(['k', key(1)]);
});
