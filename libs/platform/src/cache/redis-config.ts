export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

interface RedisAccess {
  readonly tls: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
}

interface SingleRedis extends RedisAccess {
  readonly kind: 'single';
  readonly node: RedisNode;
  readonly database: number;
}

interface RedisCluster extends RedisAccess {
  readonly kind: 'cluster';
  /** Any of its nodes: the cluster itself tells the others. */
  readonly nodes: readonly RedisNode[];
}

export type RedisConfig = SingleRedis | RedisCluster;

const SHAPE = /^(rediss?):\/\/(?:(.*)@)?([^/]*)(?:\/(\d*))?$/is;
const NODE = /^([\w.-]+|\[[\da-f:.]+\])(?::(\d{1,5}))?$/i;

/** Throws a plain sentence that reads on after the variable's name and never repeats the text, which holds a password. */
export function parseRedisUrl(text: string): RedisConfig {
  const [, scheme, credentials, hosts, database] = SHAPE.exec(text) ?? [];
  if (scheme === undefined || hosts === undefined) {
    throw new Error('must look like redis://:password@host:6379/0, rediss://host or redis://a:6379,b:6380,c:6381');
  }
  const access = { tls: scheme.toLowerCase() === 'rediss', ...parseCredentials(credentials) };
  const [node, ...others] = hosts.split(',').map(parseNode);
  if (node === undefined || others.length === 0) {
    return { kind: 'single', ...access, node: node ?? parseNode(hosts), database: Number(database ?? 0) };
  }
  if (Number(database ?? 0) !== 0) throw new Error('names a database, but a cluster has only database 0');
  return { kind: 'cluster', ...access, nodes: [node, ...others] };
}

function parseCredentials(text = ''): { username: string | undefined; password: string | undefined } {
  const [, username = '', password = ''] = /^([^:]*):?(.*)$/s.exec(text) ?? [];
  if (username !== '' && password === '') {
    throw new Error('has a user but no password; a password alone is written :password@host');
  }
  try {
    return {
      username: decodeURIComponent(username) || undefined,
      password: decodeURIComponent(password) || undefined,
    };
  } catch {
    throw new Error('has a % in its user or password that must be written as %25');
  }
}

function parseNode(text: string): RedisNode {
  const [, host, port = '6379'] = NODE.exec(text.trim()) ?? [];
  if (host === undefined || Number(port) < 1 || Number(port) > 65_535) {
    throw new Error('must name each host as host or host:port, with a port from 1 to 65535');
  }
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
}
