export type DatabaseConfig = SqliteConfig | DatabaseServerConfig;

export interface SqliteConfig {
  readonly engine: 'sqlite';
  /** A path, relative to the working directory or absolute, or `:memory:`. */
  readonly file: string;
}

export interface DatabaseServerConfig {
  readonly engine: 'postgres' | 'mysql';
  /** A name, an address, or for PostgreSQL the folder of its socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly database: string;
  /** undefined: not encrypted. */
  readonly tls: DatabaseTls | undefined;
}

export interface DatabaseTls {
  /** How far the server's certificate is trusted: not looked at, signed by a known authority, and for this very host. */
  readonly verify: 'nothing' | 'authority' | 'host';
  /** Paths of PEM files. */
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

const servers: Readonly<Record<string, { engine: DatabaseServerConfig['engine']; port: number }>> = {
  postgresql: { engine: 'postgres', port: 5432 },
  postgres: { engine: 'postgres', port: 5432 },
  mysql: { engine: 'mysql', port: 3306 },
  mariadb: { engine: 'mysql', port: 3306 },
};

const FORMS = 'sqlite:///path, postgresql://user:password@host:5432/name or mysql://user:password@host:3306/name';

/** Reads DATABASE_URL; what it throws reads on after that name and never quotes the password. */
export function parseDatabaseUrl(text: string): DatabaseConfig {
  // Python's tools name their driver after a plus: postgresql+asyncpg://, mysql+pymysql://.
  const [, scheme, rest] = /^([a-z]+)(?:\+\w+)?:\/\/(.*)$/is.exec(text.trim()) ?? [];
  if (scheme === undefined || rest === undefined) throw new Error(`is not a URL such as ${FORMS}`);
  if (scheme.toLowerCase() === 'sqlite') return { engine: 'sqlite', file: sqliteFile(rest) };
  const server = servers[scheme.toLowerCase()];
  if (server === undefined) throw new Error(`has the scheme ${scheme}, which is none of ours; it looks like ${FORMS}`);

  const url = `${scheme}://${rest}`;
  if (!URL.canParse(url)) throw new Error('is not a URL: the characters : / ? # @ % of a password are written as %XX');
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  const database = decoded(pathname.slice(1), 'database');
  if (database === '') throw new Error('names no database: it ends with /name');
  const socketFolder = server.engine === 'postgres' ? searchParams.get('host') : null;
  return {
    engine: server.engine,
    host: socketFolder ?? (hostname.replace(/^\[|\]$/g, '') || 'localhost'),
    port: port === '' ? server.port : Number(port),
    user: decoded(username, 'user name') || undefined,
    password: decoded(password, 'password') || undefined,
    database,
    tls: tlsOf(searchParams),
  };
}

/** `sqlite:///` and a path; a fourth slash makes it absolute. */
function sqliteFile(rest: string): string {
  const [path = ''] = rest.split('?');
  if (path !== '' && !path.startsWith('/')) {
    throw new Error('needs three slashes before a relative path (sqlite:///data/chat.db), four before an absolute one');
  }
  if (path === '/') throw new Error('names no file: sqlite:///./data/chat.db');
  return path === '' ? ':memory:' : path.slice(1);
}

function decoded(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error(`has a % in its ${what} that must be written as %25`);
  }
}

/** The words of libpq, of MySQL's clients and of other drivers. `prefer` would fall back to plain text: so it is plain. */
const tlsModes: Readonly<Record<string, DatabaseTls['verify'] | undefined>> = {
  disable: undefined,
  disabled: undefined,
  false: undefined,
  allow: undefined,
  prefer: undefined,
  preferred: undefined,
  require: 'nothing',
  required: 'nothing',
  'no-verify': 'nothing',
  'verify-ca': 'authority',
  'verify-full': 'host',
  'verify-identity': 'host',
  true: 'host',
};

function tlsOf(parameters: URLSearchParams): DatabaseTls | undefined {
  const name = ['sslmode', 'ssl-mode', 'ssl_mode', 'ssl'].find((spelling) => parameters.has(spelling));
  if (name === undefined) return undefined;
  const mode = parameters.get(name)?.toLowerCase().replace('_', '-') ?? '';
  if (!Object.hasOwn(tlsModes, mode)) {
    throw new Error(`has an unknown ${name}; known are disable, require, verify-ca and verify-full`);
  }
  const verify = tlsModes[mode];
  if (verify === undefined) return undefined;
  const file = (parameter: string) => parameters.get(parameter) ?? undefined;
  const ca = file('sslrootcert');
  return {
    // As libpq has it: with an authority at hand even `require` checks the certificate against it.
    verify: verify === 'nothing' && ca !== undefined ? 'authority' : verify,
    ca,
    cert: file('sslcert'),
    key: file('sslkey'),
  };
}
