import type { RedisClientType, RedisClusterType } from 'redis';
import type { RedisConfig } from './redis-config';

/** What a connection to one node and one to a cluster have in common. */
export type RedisConnection = Pick<RedisClientType, keyof RedisClientType & keyof RedisClusterType>;

/** A connection that others own. */
export type RedisCommands = Omit<
  RedisConnection,
  'connect' | 'close' | 'destroy' | 'quit' | 'disconnect' | 'duplicate' | 'on' | 'once' | 'off'
>;

interface Lifetime {
  readonly reconnect: boolean;
  /** A socket on which nothing moved for so long is given up; pings keep a healthy one moving. */
  readonly silenceMs: number;
  readonly pingMs?: number;
}

const CONNECT_LIMIT_MS = 500;
const MAX_RETRY_DELAY_MS = 1_000;

/** The client's own limit costs three times what the command does, and ends once the command is written. */
const NO_TIMEOUT = { timeout: undefined };

/** Loading the client takes a tenth of a second: whoever runs without Redis is spared it. */
export async function openConnection(config: RedisConfig, lifetime: Lifetime): Promise<RedisConnection> {
  const { createClient, createCluster } = await import('redis');
  const socket = {
    connectTimeout: CONNECT_LIMIT_MS,
    socketTimeout: lifetime.silenceMs,
    reconnectStrategy: lifetime.reconnect && ((retries: number) => Math.min(50 * 2 ** retries, MAX_RETRY_DELAY_MS)),
    ...(config.tls ? { tls: true as const } : {}),
  };
  const options = {
    ...(config.username === undefined ? {} : { username: config.username }),
    ...(config.password === undefined ? {} : { password: config.password }),
    ...(lifetime.pingMs === undefined ? {} : { pingInterval: lifetime.pingMs }),
    disableOfflineQueue: true,
    maintNotifications: 'disabled' as const,
    commandOptions: NO_TIMEOUT,
  };
  if (config.kind === 'single') {
    return createClient({ ...options, socket: { ...socket, ...config.node }, database: config.database });
  }
  const cluster = createCluster({
    rootNodes: config.nodes.map((node) => ({ socket: node })),
    defaults: { ...options, socket },
    commandOptions: NO_TIMEOUT,
    // Else a connection that retries for ever waits for ever on a master that is gone when it is opened.
    minimizeConnections: lifetime.reconnect,
  });
  return cluster as unknown as RedisConnection;
}
