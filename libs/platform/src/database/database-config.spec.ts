import { parseDatabaseUrl } from './database-config';

const postgres = {
  engine: 'postgres',
  host: 'db.example.com',
  port: 5432,
  user: 'chat',
  password: 'secret',
  database: 'chatgpt',
  tls: undefined,
};

describe('parseDatabaseUrl', () => {
  it.each([
    ['sqlite:///./data/chatgpt.db', './data/chatgpt.db'],
    ['sqlite:///chat.db', 'chat.db'],
    ['sqlite:////var/lib/chat.db', '/var/lib/chat.db'],
    ['sqlite+aiosqlite:///chat.db', 'chat.db'],
    ['SQLite:///with space.db?timeout=5', 'with space.db'],
    ['sqlite:///:memory:', ':memory:'],
    ['sqlite://', ':memory:'],
  ])('%s is the file %s', (url, file) => {
    expect(parseDatabaseUrl(url)).toEqual({ engine: 'sqlite', file });
  });

  it.each([
    ['postgresql://chat:secret@db.example.com/chatgpt', {}],
    ['postgres://chat:secret@db.example.com:5433/chatgpt', { port: 5433 }],
    ['postgresql+asyncpg://chat:secret@db.example.com/chatgpt', {}],
    ['mysql://chat:secret@db.example.com/chatgpt', { engine: 'mysql', port: 3306 }],
    ['mysql+pymysql://chat:secret@db.example.com/chatgpt?charset=utf8mb4', { engine: 'mysql', port: 3306 }],
    ['mariadb://chat:secret@db.example.com:3307/chatgpt', { engine: 'mysql', port: 3307 }],
    [
      'postgresql://ch%40t:p%40ss%2F%3A%25@db.example.com/my%20chat',
      { user: 'ch@t', password: 'p@ss/:%', database: 'my chat' },
    ],
    ['postgresql://chat:secret@[::1]/chatgpt', { host: '::1' }],
    ['postgresql://db.example.com/chatgpt', { user: undefined, password: undefined }],
    ['postgresql://chat:secret@localhost/chatgpt?host=/var/run/postgresql', { host: '/var/run/postgresql' }],
  ])('%s', (url, expected) => {
    expect(parseDatabaseUrl(url)).toEqual({ ...postgres, ...expected });
  });

  const files = { ca: undefined, cert: undefined, key: undefined };
  it.each([
    ['sslmode=disable', undefined],
    ['sslmode=prefer', undefined],
    ['sslmode=require', { ...files, verify: 'nothing' }],
    ['sslmode=require&sslrootcert=/etc/ca.pem', { ...files, verify: 'authority', ca: '/etc/ca.pem' }],
    ['sslmode=verify-ca', { ...files, verify: 'authority' }],
    ['sslmode=verify-full&sslcert=c.pem&sslkey=k.pem', { ...files, verify: 'host', cert: 'c.pem', key: 'k.pem' }],
    ['ssl-mode=VERIFY_IDENTITY', { ...files, verify: 'host' }],
    ['ssl=true', { ...files, verify: 'host' }],
  ])('?%s', (query, tls) => {
    expect(parseDatabaseUrl(`postgresql://chat:secret@db.example.com/chatgpt?${query}`)).toEqual({ ...postgres, tls });
  });

  it.each([
    ['data/chat.db', 'is not a URL'],
    ['', 'is not a URL'],
    ['oracle://chat:hunter2@db/chat', 'has the scheme oracle'],
    ['sqlite://data/chat.db', 'needs three slashes'],
    ['sqlite:///', 'names no file'],
    ['postgresql://chat:hunter2@db', 'names no database'],
    ['postgresql://chat:hunter2@db/', 'names no database'],
    ['mysql://chat:hunter2%@db/chat', 'has a % in its password'],
    ['mysql://chat:hunter2@db:port/chat', 'is not a URL'],
    ['postgresql://chat:hunter2@a:1,b:2/chat', 'is not a URL'],
    ['postgresql://chat:hunter2@db/chat?sslmode=maybe', 'has an unknown sslmode'],
  ])('%s %s', (url, issue) => {
    const fault = catchFault(() => parseDatabaseUrl(url));
    expect(fault).toContain(issue);
    expect(fault).not.toContain('hunter2');
  });
});

function catchFault(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}
