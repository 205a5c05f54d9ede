import { ConfigurationError, type Fault } from './faults';
import { loadConfig } from './load-config';
import type { Environment } from './environment';
import { variables } from './variables/table';

const key = (seed: number): string =>
  Buffer.from(Array.from({ length: 32 }, (_, i) => (i * 7 + seed) % 256)).toString('base64');

const PRODUCTION = {
  NODE_ENV: 'production',
  SECRET_KEY: 'q8Zr1vXn6Lw3Tb9Yk2Hs7Jd4Fg5Mc0Pa',
  ENCRYPTION_KEY: key(1),
  OPENAI_API_KEY: 'sk-upstream',
};

function noKeys(): never {
  throw new Error('no keys were to be made');
}

function errorOf(environment: Environment): ConfigurationError {
  try {
    loadConfig(environment, [], noKeys);
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

function faultsOf(environment: Environment): readonly Fault[] {
  return errorOf(environment).faults;
}

const namesOf = (environment: Environment): string[] => faultsOf(environment).map(({ variable }) => variable);

describe('in development', () => {
  const keys = { SECRET_KEY: 'made', ENCRYPTION_KEY: Buffer.from(key(2), 'base64') };

  it('needs nothing at all and asks for keys under DATA_DIR', () => {
    const asked: string[] = [];
    const config = loadConfig({ DATA_DIR: '/srv/chat' }, [], (directory) => {
      asked.push(directory);
      return keys;
    });
    expect(asked).toEqual(['/srv/chat']);
    expect(config.auth.tokenKeys).toEqual(['made']);
    expect(config.encryption.keys).toEqual([keys.ENCRYPTION_KEY]);
  });

  it('prefers a given key to a made one', () => {
    expect(loadConfig({ SECRET_KEY: 'given' }, [], () => keys).auth.tokenKeys).toEqual(['given']);
  });

  it('makes no keys where both are given', () => {
    expect(() => loadConfig({ SECRET_KEY: 'given', ENCRYPTION_KEY: key(1) }, [], noKeys)).not.toThrow();
  });

  it('names DATA_DIR alone when no keys can be made there', () => {
    const failing = (): never => {
      throw new Error('EACCES: permission denied');
    };
    expect(() => loadConfig({}, [], failing)).toThrow(/^ {2}DATA_DIR .*EACCES: permission denied$/m);
    expect(() => loadConfig({}, [], failing)).not.toThrow(/KEY/);
  });
});

describe('in production', () => {
  it('takes safe secrets and has stricter defaults', () => {
    const config = loadConfig(PRODUCTION, [], noKeys);
    expect(config.http.corsOrigins).toEqual([]);
    expect(config.log.format).toBe('json');
    expect(config.auth.rejectCommonPasswords).toBe(true);
    expect(config.mail.directory).toBeUndefined();
  });

  it('refuses missing secrets and an unsaid model, all at once', () => {
    expect(namesOf({ NODE_ENV: 'production' })).toEqual(['SECRET_KEY', 'ENCRYPTION_KEY', 'OPENAI_API_KEY']);
  });

  it.each([
    'short-but-random-q8Zr1vXn6Lw3Tb',
    'change-me-change-me-change-me-to-something',
    'CHANGE_ME_q8Zr1vXn6Lw3Tb9Yk2Hs7Jd4Fg5',
    'your-secret-key-here-at-least-32-bytes',
    'your-super-secret-jwt-key-for-signing-it',
    'secretsecretsecretsecretsecretsecret',
    'x'.repeat(64),
    'abababababababababababababababababab',
    '0123456789012345678901234567890123456789',
    'correct horse correct horse correct horse',
  ])('refuses %j as SECRET_KEY and as an old one', (weak) => {
    expect(namesOf({ ...PRODUCTION, SECRET_KEY: weak })).toEqual(['SECRET_KEY']);
    expect(namesOf({ ...PRODUCTION, SECRET_KEYS_OLD: `${PRODUCTION.SECRET_KEY},${weak}` })).toEqual([
      'SECRET_KEYS_OLD',
    ]);
  });

  it('counts the bytes of SECRET_KEY, not its characters', () => {
    expect(loadConfig({ ...PRODUCTION, SECRET_KEY: '一二三四五六七八九十天' }, [], noKeys).auth.tokenKeys).toHaveLength(
      1,
    );
    expect(namesOf({ ...PRODUCTION, SECRET_KEY: '一二三四五六七八九十' })).toEqual(['SECRET_KEY']);
  });

  it('refuses an ENCRYPTION_KEY of zeros', () => {
    expect(namesOf({ ...PRODUCTION, ENCRYPTION_KEY: Buffer.alloc(32).toString('base64') })).toEqual(['ENCRYPTION_KEY']);
  });

  it('lets the demo model answer only if it is asked for', () => {
    expect(namesOf({ ...PRODUCTION, OPENAI_API_KEY: '' })).toEqual(['OPENAI_API_KEY']);
    const config = loadConfig({ ...PRODUCTION, OPENAI_API_KEY: '', LLM_PROVIDER: 'demo' }, [], noKeys);
    expect(config.llm.provider).toBe('demo');
  });

  it('takes no link of a mail from a request', () => {
    const mail = { ...PRODUCTION, SMTP_URL: 'smtp://h:587' };
    expect(namesOf(mail)).toEqual(['PUBLIC_URL']);
    expect(loadConfig({ ...mail, PUBLIC_URL: 'https://chat.example.com' }, [], noKeys).mail.smtpUrl).toBe(
      'smtp://h:587',
    );
  });

  it('wants WEBHOOK_URL signed', () => {
    expect(namesOf({ ...PRODUCTION, WEBHOOK_URL: 'https://h' })).toEqual(['WEBHOOK_SECRET']);
    expect(loadConfig({ ...PRODUCTION, WEBHOOK_URL: 'https://h', WEBHOOK_SECRET: 's' }, [], noKeys).webhook).toEqual({
      url: 'https://h/',
      secret: 's',
    });
  });
});

describe('variables together', () => {
  const base = { SECRET_KEY: 'k', ENCRYPTION_KEY: key(1) };

  it.each<[string, Environment, string[]]>([
    ['openai without a key', { LLM_PROVIDER: 'openai' }, ['OPENAI_API_KEY']],
    ['an admin without the rest', { ADMIN_USERNAME: 'root' }, ['ADMIN_EMAIL', 'ADMIN_PASSWORD']],
    ['an admin whose email is bad', { ADMIN_EMAIL: 'x' }, ['ADMIN_EMAIL', 'ADMIN_USERNAME', 'ADMIN_PASSWORD']],
    ['S3 without its keys', { S3_BUCKET: 'b', S3_REGION: 'r' }, ['S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY']],
    [
      'an endpoint without a bucket',
      { S3_ENDPOINT: 'http://h' },
      ['S3_BUCKET', 'S3_REGION', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'],
    ],
    ['the default port twice', { GRPC_PORT: '8000' }, ['GRPC_PORT']],
    ['three doors, one port', { PORT: '7', GRPC_PORT: '7', ASK_WS_PORT: '7' }, ['GRPC_PORT', 'ASK_WS_PORT']],
    ['two side doors, one port', { GRPC_PORT: '7', ASK_WS_PORT: '7' }, ['ASK_WS_PORT']],
  ])('refuses %s', (_, environment, names) => {
    expect(namesOf({ ...base, ...environment })).toEqual(names);
  });

  it('takes any free port for all doors', () => {
    expect(() => loadConfig({ ...base, PORT: '0', GRPC_PORT: '0', ASK_WS_PORT: '0' }, [], noKeys)).not.toThrow();
  });

  it('counts blank values as none', () => {
    const blank = Object.fromEntries(
      Object.keys(variables).map((name) => [name, name === 'TITLE_MODEL' ? undefined : ' ']),
    );
    expect(loadConfig({ ...blank, ...base }, [], noKeys)).toEqual(loadConfig(base, [], noKeys));
  });

  it('reads API_KEY and PROXY where the OPENAI_ names are not given', () => {
    const aliases = { ...base, API_KEY: 'sk-alias', PROXY: 'http://alias' };
    expect(loadConfig(aliases, [], noKeys).llm.openai).toMatchObject({ apiKey: 'sk-alias', proxyUrl: 'http://alias/' });
    const both = { ...aliases, OPENAI_API_KEY: 'sk-own', OPENAI_PROXY: 'http://own' };
    expect(loadConfig(both, [], noKeys).llm.openai).toMatchObject({ apiKey: 'sk-own', proxyUrl: 'http://own/' });
    expect(errorOf({ ...base, API_KEY: 'a b' }).message).toContain('OPENAI_API_KEY (given as API_KEY) must');
  });

  it('keeps the keys that models may name, and leaves out what is no key', () => {
    const foreign = {
      TOOL_API_KEY: 'two words',
      EMPTY_API_KEY: ' ',
      OTHER_SECRET: 'sk-no',
      _API_KEY: 'sk-no',
      API_KEY: 'sk-no',
    };
    const keys = { OPENAI_API_KEY: 'sk-1', ELSEWHERE_API_KEY: ' sk-2 ' };
    expect(loadConfig({ ...PRODUCTION, ...foreign, ...keys }).llm.apiKeys).toEqual({
      OPENAI_API_KEY: 'sk-1',
      ELSEWHERE_API_KEY: 'sk-2',
    });
  });

  it('sends mail from the host of PUBLIC_URL', () => {
    expect(loadConfig({ ...base, PUBLIC_URL: 'https://chat.example:8443/x' }, [], noKeys).mail.from).toBe(
      'no-reply@chat.example',
    );
  });
});

const CANARY = 'cAnArY7';

describe('the message', () => {
  it('lists every fault by name, in a line of its own', () => {
    const { message } = errorOf({
      NODE_ENV: 'production',
      PORT: '99999',
      LOG_LEVEL: 'loud\n  DOCS_ENABLED is fine\u001b[2J\u202e',
      QUOTA_TIMEZONE: 'x'.repeat(10_000),
      TRUST_PROXY: 'true',
    });
    expect(message.split('\n').map((line) => /^ *\S+/.exec(line)?.[0])).toEqual([
      'The',
      '  PORT',
      '  TRUST_PROXY',
      '  QUOTA_TIMEZONE',
      '  LOG_LEVEL',
      '  SECRET_KEY',
      '  ENCRYPTION_KEY',
      '  OPENAI_API_KEY',
      '.env.example',
    ]);
    expect(message).toContain('PORT must be a whole number from 0 to 65535, not "99999"');
    expect(message).not.toMatch(/[\u001b\u202e]/);
    expect(message.length).toBeLessThan(2000);
  });

  const malformed = [
    `${CANARY}\u0007`,
    `${CANARY} ${CANARY}é`,
    `nonsense://user:${CANARY}@host:port/x`,
    `http://user:${CANARY}@host:99999`,
    `postgresql://user:${CANARY}@host:x/db`,
    `mysql://user:${CANARY}%zz@host`,
    `redis://:${CANARY}@host:x/y`,
    `smtp://user:${CANARY}%@host`,
    `sqlite://${CANARY}`,
  ];

  it.each(malformed)('shows nothing of %j, whichever variables hold it', (value) => {
    const secretOnes = Object.entries(variables).filter(([, { secret }]) => secret);
    const everywhere = value.includes('@') ? Object.entries(variables) : secretOnes;
    const environment = Object.fromEntries(everywhere.map(([name]) => [name, value]));
    expect(errorOf({ ...environment, NODE_ENV: 'production', PORT: 'x' }).message).not.toContain(CANARY);
  });
});
