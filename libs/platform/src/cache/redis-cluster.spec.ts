import { Logger } from '@nestjs/common';
import { eventually } from '../../../../test/harness/eventually';
import { describeWithRedis } from '../../../../test/harness/redis-server';
import { RedisTestCluster } from '../../../../test/harness/redis-cluster';
import { MemoryCache } from './memory-cache';
import { RedisCache } from './redis-cache';
import { RedisClient } from './redis-client';
import { parseRedisUrl } from './redis-config';
import type { RedisConnection } from './redis-connection';
import { RedisScript } from './redis-script';

jest.setTimeout(40_000);
const warnings = jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
jest.spyOn(Logger.prototype, 'log').mockReturnValue(undefined);

const HOUR_MS = 3_600_000;
const KEYS = Array.from({ length: 60 }, (_, i) => `key ${i}`);

describeWithRedis('a cluster of Redis', () => {
  let cluster: RedisTestCluster;
  let client: RedisClient;
  let subscriber: RedisConnection;

  beforeAll(async () => {
    cluster = await RedisTestCluster.start('secret');
    const hosts = cluster.nodes.map(({ server }) => `127.0.0.1:${server.port}`);
    client = new RedisClient(parseRedisUrl(`redis://:secret@${hosts.join(',')}`));
    subscriber = await client.duplicate();
  });
  afterAll(async () => {
    await client.close();
    await cluster.stop();
  });

  const heard: string[] = [];
  const hears = async (message: string) => {
    await client.run<unknown>(
      (commands) => commands.publish('channel', message),
      () => undefined,
    );
    return heard.includes(message);
  };

  const healthy = () => eventually(() => client.state === 'healthy', 20_000);

  it('spreads what the cache keeps over all nodes', async () => {
    await healthy();
    expect(await client.check()).toBe('healthy');
    const cache = await RedisCache.over(client, new MemoryCache());
    await Promise.all(KEYS.map((key) => cache.set(key, key, HOUR_MS)));
    expect(await Promise.all(KEYS.map((key) => cache.get(key)))).toEqual(KEYS);
    const kept = await Promise.all(cluster.nodes.map((node) => node.command('DBSIZE')));
    expect(kept.every((count) => Number(count) > 0)).toBe(true);
    expect(kept.map(Number).reduce((sum, count) => sum + count)).toBe(KEYS.length);
  });

  it('runs scripts on whichever node has the key', async () => {
    await healthy();
    const add = new RedisScript("return redis.call('INCR', KEYS[1])");
    const run = (key: string) =>
      client.run<unknown>(
        (commands) => add.run(commands, [key], []),
        () => -1,
      );
    expect(await Promise.all(KEYS.map((key) => run(`count ${key}`)))).toEqual(KEYS.map(() => 1));
    expect(await run('count key 0')).toBe(2);
  });

  it('follows a slot that moves to another node', async () => {
    await healthy();
    await cluster.moveSlotOf('moved');
    const away = () => 'Redis is away';
    expect(await client.run<string | null>((commands) => commands.set('moved', 'found'), away)).toBe('OK');
    expect(await client.run<string | null>((commands) => commands.get('moved'), away)).toBe('found');
  });

  it('subscribes', async () => {
    await healthy();
    await subscriber.subscribe('channel', (message) => heard.push(message));
    await eventually(() => hears('hello'));
  });

  it.each([
    ['killed', (node: number) => cluster.nodes[node]?.server.kill()],
    ['frozen', (node: number) => cluster.nodes[node]?.server.freeze()],
  ])('falls back when a node is %s and recovers when it is back', async (how, lose) => {
    await healthy();
    warnings.mockClear();
    await lose(0);
    const cache = await RedisCache.over(client, new MemoryCache());
    await Promise.all(KEYS.map((key) => cache.set(key, 'in memory', HOUR_MS)));
    await eventually(() => client.state === 'unhealthy');
    await Promise.all(KEYS.map((key) => cache.set(key, 'in memory', HOUR_MS)));
    expect(await Promise.all(KEYS.map((key) => cache.get(key)))).toEqual(KEYS.map(() => 'in memory'));

    await cluster.nodes[0]?.server.restart();
    await cluster.whole();
    await healthy();
    await eventually(() => hears(`there after being ${how}`));
    expect(warnings).toHaveBeenCalledTimes(1);
  });
});
