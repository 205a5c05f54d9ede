import { Logger } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { eventually } from '../../../../test/harness/eventually';
import { describeWithRedis, freePort, RedisServer } from '../../../../test/harness/redis-server';
import { Cache } from './cache';
import { CacheModule } from './cache.module';
import { MemoryCache } from './memory-cache';
import { RedisClient } from './redis-client';
import { parseRedisUrl } from './redis-config';

jest.setTimeout(20_000);
const warnings = jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
jest.spyOn(Logger.prototype, 'log').mockReturnValue(undefined);

const HOUR_MS = 3_600_000;
const clients: RedisClient[] = [];

async function boot(url: string | undefined): Promise<{ cache: Cache; redis: RedisClient }> {
  const config = url === undefined ? undefined : parseRedisUrl(url);
  const app = await Test.createTestingModule({ imports: [CacheModule.forRoot(config)] }).compile();
  const redis = app.get(RedisClient);
  clients.push(redis);
  return { cache: app.get(Cache), redis };
}

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});

describe('CacheModule', () => {
  it('is memory alone without Redis', async () => {
    const { cache, redis } = await boot(undefined);
    expect(cache).toBeInstanceOf(MemoryCache);
    expect(redis.state).toBe('disabled');
  });

  it('boots with Redis away, on memory', async () => {
    const { cache, redis } = await boot(`redis://127.0.0.1:${await freePort()}`);
    await cache.set('key', { a: 1 }, HOUR_MS);
    expect(await cache.get('key')).toEqual({ a: 1 });
    await cache.delete('key');
    expect(await cache.get('key')).toBeUndefined();
    expect(redis.state).toBe('unhealthy');
  });
});

describeWithRedis('RedisCache', () => {
  let server: RedisServer;
  beforeEach(async () => {
    server = await RedisServer.start();
  });
  afterEach(() => server.stop());

  async function bootHealthy(): Promise<{ cache: Cache; redis: RedisClient }> {
    const booted = await boot(server.url);
    await eventually(() => booted.redis.state === 'healthy');
    return booted;
  }

  const raw = (
    redis: RedisClient,
    write: (commands: Parameters<Parameters<RedisClient['run']>[0]>[0]) => Promise<unknown>,
  ) =>
    redis.run<unknown>(write, () => {
      throw new Error('Redis is away');
    });

  it.each([[{ a: [1, 'two', null] }], ['text'], [0], [false], [null], ['']])('keeps %j', async (value) => {
    const { cache } = await bootHealthy();
    await cache.set('key', value, HOUR_MS);
    expect(await cache.get('key')).toEqual(value);
    await cache.delete('key');
    expect(await cache.get('key')).toBeUndefined();
  });

  it('shares with other processes, under a name of its own', async () => {
    const [here, there] = [await bootHealthy(), await bootHealthy()];
    await here.cache.set('key', 'shared', HOUR_MS);
    expect(await there.cache.get('key')).toBe('shared');
    expect(await raw(here.redis, (commands) => commands.keys('*'))).toEqual(['chatgpt:cache:key']);
    await there.cache.delete('key');
    expect(await here.cache.get('key')).toBeUndefined();
  });

  it('leaves it to Redis to forget a value when its time is up', async () => {
    const { cache, redis } = await bootHealthy();
    await cache.set('key', 1, 200);
    expect(await cache.get('key')).toBe(1);
    await eventually(async () => (await cache.get('key')) === undefined);
    expect(await raw(redis, (commands) => commands.dbSize())).toBe(0);
  });

  it('takes a corrupt value for none', async () => {
    const { cache, redis } = await bootHealthy();
    await raw(redis, (commands) => commands.set('chatgpt:cache:key', '{"cut'));
    await raw(redis, (commands) => commands.lPush('chatgpt:cache:list', 'no text'));
    warnings.mockClear();
    expect(await cache.get('key')).toBeUndefined();
    expect(warnings).not.toHaveBeenCalled();
    expect(await cache.get('list')).toBeUndefined();
    expect(redis.state).toBe('healthy');
    await cache.set('key', 'whole', HOUR_MS);
    expect(await cache.get('key')).toBe('whole');
  });

  it.each([
    ['killed', () => server.kill()],
    ['frozen', () => Promise.resolve(server.freeze())],
  ])('goes on in memory when Redis is %s, and returns to a Redis that came back empty', async (_, lose) => {
    const { cache, redis } = await bootHealthy();
    await cache.set('before', 1, HOUR_MS);

    await lose();
    await cache.set('during', 2, HOUR_MS);
    expect(await cache.get('during')).toBe(2);
    expect(await cache.get('before')).toBeUndefined();

    await server.restart();
    await eventually(() => redis.state === 'healthy');
    expect(await cache.get('during')).toBeUndefined();
    await cache.set('after', 3, HOUR_MS);
    expect(await raw(redis, (commands) => commands.keys('*'))).toEqual(['chatgpt:cache:after']);
  });

  it('does not show, the next time Redis is away, what Redis has since been told otherwise', async () => {
    const { cache, redis } = await bootHealthy();
    await server.kill();
    await cache.set('written', 'old', HOUR_MS);
    await cache.set('deleted', 'old', HOUR_MS);

    await server.restart();
    await eventually(() => redis.state === 'healthy');
    await cache.set('written', 'new', HOUR_MS);
    await cache.delete('deleted');

    await server.kill();
    expect(await cache.get('written')).toBeUndefined();
    expect(await cache.get('deleted')).toBeUndefined();
  });
});
