import { parseRedisUrl, RedisClient } from '#platform';
import { eventually } from './eventually';
import { RedisServer } from './redis-server';

const clients: RedisClient[] = [];
const servers: RedisServer[] = [];

/** Closed by `endRedis`, like the servers. */
export function connectRedis(url: string | undefined): RedisClient {
  const client = new RedisClient(url === undefined ? undefined : parseRedisUrl(url));
  clients.push(client);
  return client;
}

export async function startRedis(...flags: string[]): Promise<RedisServer> {
  return own(await RedisServer.start(...flags));
}

export async function startRedisOn(port: number, ...flags: string[]): Promise<RedisServer> {
  return own(await RedisServer.startOn(port, ...flags));
}

function own(server: RedisServer): RedisServer {
  servers.push(server);
  return server;
}

export async function endRedis(): Promise<void> {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await Promise.all(servers.splice(0).map((server) => server.stop()));
}

export const healthy = (client: RedisClient) => eventually(() => client.state === 'healthy');
export const unhealthy = (client: RedisClient) => eventually(() => client.state === 'unhealthy');

/** What `key` holds, or that memory had to answer. */
export const read = (client: RedisClient) =>
  client.run<string | null>(
    (commands) => commands.get('key'),
    () => 'from memory',
  );
