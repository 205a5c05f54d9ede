import { Logger } from '@nestjs/common';
import { eventually } from '../../../../test/harness/eventually';
import {
  connectRedis,
  endRedis,
  healthy,
  read,
  startRedis,
  startRedisOn,
  unhealthy,
} from '../../../../test/harness/redis-clients';
import { describeWithRedis, freePort, SilentServer } from '../../../../test/harness/redis-server';
import { RedisScript } from './redis-script';

const warnings = jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
const news = jest.spyOn(Logger.prototype, 'log').mockReturnValue(undefined);

jest.setTimeout(20_000);

beforeEach(() => jest.clearAllMocks());
afterEach(endRedis);

describe('RedisClient without Redis', () => {
  it('is disabled, and everything falls back', async () => {
    const client = connectRedis(undefined);
    expect(client.state).toBe('disabled');
    expect(await client.check()).toBe('disabled');
    expect(await read(client)).toBe('from memory');
    await expect(client.duplicate()).rejects.toThrow('no Redis');
    expect(warnings).not.toHaveBeenCalled();
  });

  it('hands through what the fallback throws', async () => {
    const failing = connectRedis(undefined).run(
      (commands) => commands.ping(),
      () => Promise.reject(new Error('the fallback failed')),
    );
    await expect(failing).rejects.toThrow('the fallback failed');
  });

  it('falls back when nothing listens, warns once however often it tries, and closes', async () => {
    const client = connectRedis(`redis://127.0.0.1:${await freePort()}`);
    await eventually(() => warnings.mock.calls.length > 0);
    expect(client.state).toBe('unhealthy');
    expect(await client.check()).toBe('unhealthy');
    expect(await read(client)).toBe('from memory');
    await expect(elapsed(() => client.close())).resolves.toBeLessThan(1_900);
    expect(warnings).toHaveBeenCalledTimes(1);
  });

  it('falls back when what listens never answers, and closes', async () => {
    const silent = await SilentServer.start();
    const client = connectRedis(`redis://127.0.0.1:${silent.port}`);
    await eventually(() => silent.connections === 1);
    expect(await client.check()).toBe('unhealthy');
    expect(await read(client)).toBe('from memory');
    await expect(elapsed(() => client.close())).resolves.toBeLessThan(1_900);
    await silent.stop();
  });
});

describeWithRedis('RedisClient with Redis', () => {
  it('runs commands and says once that Redis is there', async () => {
    const client = connectRedis((await startRedis()).url);
    await healthy(client);
    expect(await client.check()).toBe('healthy');
    await client.run(
      (commands) => commands.set('key', 'from Redis'),
      () => null,
    );
    expect(await read(client)).toBe('from Redis');
    expect(news).toHaveBeenCalledTimes(1);
    expect(warnings).not.toHaveBeenCalled();
  });

  it('finds a Redis that starts later', async () => {
    const port = await freePort();
    const client = connectRedis(`redis://127.0.0.1:${port}`);
    await eventually(() => warnings.mock.calls.length > 0);
    await startRedisOn(port);
    await healthy(client);
    expect(await read(client)).toBeNull();
  });

  it('falls back while Redis is dead, and finds it when it is back, empty', async () => {
    const server = await startRedis();
    const client = connectRedis(server.url);
    await healthy(client);
    await client.run(
      (commands) => commands.set('key', 'lost'),
      () => null,
    );

    await server.kill();
    expect(await Promise.all(Array.from({ length: 50 }, () => read(client)))).toEqual(Array(50).fill('from memory'));
    expect(client.state).toBe('unhealthy');

    await server.restart();
    await healthy(client);
    expect(await read(client)).toBeNull();
    expect(warnings).toHaveBeenCalledTimes(1);
    expect(news).toHaveBeenCalledTimes(2);
  });

  it('notices by itself that Redis died', async () => {
    const server = await startRedis();
    const client = connectRedis(server.url);
    await healthy(client);
    await server.kill();
    await unhealthy(client);
  });

  it('falls back within its limit when Redis accepts and is silent, at once thereafter, and recovers', async () => {
    const server = await startRedis();
    const client = connectRedis(server.url);
    await healthy(client);

    server.freeze();
    const reads = () => Promise.all(Array.from({ length: 50 }, () => read(client)));
    await expect(elapsed(reads)).resolves.toBeLessThan(1_000);
    expect(await client.check()).toBe('unhealthy');
    await expect(elapsed(reads)).resolves.toBeLessThan(250);
    expect(await read(client)).toBe('from memory');

    server.resume();
    await healthy(client);
    expect(await read(client)).toBeNull();
    expect(warnings).toHaveBeenCalledTimes(1);
  });

  it('notices by itself that Redis fell silent', async () => {
    const server = await startRedis();
    const client = connectRedis(server.url);
    await healthy(client);
    server.freeze();
    await unhealthy(client);
  });

  it('gives up a handshake that gets no answer, and finds the Redis that comes then', async () => {
    const silent = await SilentServer.start();
    const client = connectRedis(`redis://127.0.0.1:${silent.port}`);
    await eventually(() => silent.connections === 2);
    await silent.stop();
    await startRedisOn(silent.port);
    await healthy(client);
    expect(warnings).toHaveBeenCalledTimes(1);
  });

  it('closes within its limit when Redis is silent', async () => {
    const server = await startRedis();
    const client = connectRedis(server.url);
    await healthy(client);
    server.freeze();
    const pending = read(client);
    await expect(elapsed(() => client.close())).resolves.toBeLessThan(1_900);
    expect(await pending).toBe('from memory');
    expect(await read(client)).toBe('from memory');
  });

  it('lets what was sent before closing be answered', async () => {
    const client = connectRedis((await startRedis()).url);
    await healthy(client);
    const pending = Promise.all(Array.from({ length: 100 }, () => read(client)));
    await client.close();
    expect(await pending).toEqual(Array(100).fill(null));
  });

  it('falls back when Redis refuses a command, says so once, and goes on using it', async () => {
    const client = connectRedis((await startRedis('--maxmemory', '1', '--maxmemory-policy', 'noeviction')).url);
    await healthy(client);
    const write = () =>
      client.run<string | null>(
        (commands) => commands.set('key', 'x'),
        () => 'in memory',
      );
    expect(await Promise.all([write(), write(), write()])).toEqual(Array(3).fill('in memory'));
    expect(await read(client)).toBeNull();
    expect(client.state).toBe('healthy');
    expect(warnings).toHaveBeenCalledTimes(1);
  });

  it('runs scripts, also after Redis forgot them', async () => {
    const client = connectRedis((await startRedis()).url);
    await healthy(client);
    const add = new RedisScript("return redis.call('INCRBY', KEYS[1], ARGV[1])");
    const run = () =>
      client.run(
        (commands) => add.run(commands, ['count'], ['2']),
        () => -1,
      );
    expect(await Promise.all([run(), run(), run()])).toEqual([2, 4, 6]);
    await client.run(
      (commands) => commands.scriptFlush(),
      () => '',
    );
    expect(await run()).toBe(8);
  });
});

async function elapsed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
