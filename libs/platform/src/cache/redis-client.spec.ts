import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls, { type ConnectionOptions, type TLSSocket } from 'node:tls';
import { Logger } from '@nestjs/common';
import { eventually } from '../../../../test/harness/eventually';
import { describeWithRedis, freePort, RedisServer, SilentServer } from '../../../../test/harness/redis-server';
import { RedisClient } from './redis-client';
import { parseRedisUrl } from './redis-config';
import { RedisScript } from './redis-script';

const warnings = jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
const news = jest.spyOn(Logger.prototype, 'log').mockReturnValue(undefined);

jest.setTimeout(20_000);

const itWithTls = spawnSync('openssl', ['version']).status === 0 ? it : it.skip;

const clients: RedisClient[] = [];
const servers: RedisServer[] = [];

function connect(url: string | undefined): RedisClient {
  const client = new RedisClient(url === undefined ? undefined : parseRedisUrl(url));
  clients.push(client);
  return client;
}

async function start(...flags: string[]): Promise<RedisServer> {
  const server = await RedisServer.start(...flags);
  servers.push(server);
  return server;
}

const healthy = (client: RedisClient) => eventually(() => client.state === 'healthy');
const unhealthy = (client: RedisClient) => eventually(() => client.state === 'unhealthy');
const read = (client: RedisClient, key = 'key') =>
  client.run<string | null>(
    (commands) => commands.get(key),
    () => 'from memory',
  );

async function elapsed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

beforeEach(() => jest.clearAllMocks());

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

describe('RedisClient without Redis', () => {
  it('is disabled, and everything falls back', async () => {
    const client = connect(undefined);
    expect(client.state).toBe('disabled');
    expect(await client.check()).toBe('disabled');
    expect(await read(client)).toBe('from memory');
    await expect(client.duplicate()).rejects.toThrow('no Redis');
    expect(warnings).not.toHaveBeenCalled();
  });

  it('hands through what the fallback throws', async () => {
    const failing = connect(undefined).run(
      (commands) => commands.ping(),
      () => Promise.reject(new Error('the fallback failed')),
    );
    await expect(failing).rejects.toThrow('the fallback failed');
  });

  it('falls back when nothing listens, warns once however often it tries, and closes', async () => {
    const client = connect(`redis://127.0.0.1:${await freePort()}`);
    await eventually(() => warnings.mock.calls.length > 0);
    expect(client.state).toBe('unhealthy');
    expect(await client.check()).toBe('unhealthy');
    expect(await read(client)).toBe('from memory');
    await expect(elapsed(() => client.close())).resolves.toBeLessThan(1_900);
    expect(warnings).toHaveBeenCalledTimes(1);
  });

  it('falls back when what listens never answers, and closes', async () => {
    const silent = await SilentServer.start();
    const client = connect(`redis://127.0.0.1:${silent.port}`);
    await eventually(() => silent.connections === 1);
    expect(await client.check()).toBe('unhealthy');
    expect(await read(client)).toBe('from memory');
    await expect(elapsed(() => client.close())).resolves.toBeLessThan(1_900);
    await silent.stop();
  });
});

describeWithRedis('RedisClient with Redis', () => {
  it('runs commands and says once that Redis is there', async () => {
    const client = connect((await start()).url);
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

  it('uses the database that its address names', async () => {
    const server = await start();
    const [zero, three] = [connect(server.url), connect(server.url.replace('/0', '/3'))];
    await Promise.all([healthy(zero), healthy(three)]);
    await three.run(
      (commands) => commands.set('key', 'in three'),
      () => null,
    );
    expect(await read(zero)).toBeNull();
    expect(await read(three)).toBe('in three');
  });

  it('finds a Redis that starts later', async () => {
    const port = await freePort();
    const client = connect(`redis://127.0.0.1:${port}`);
    await eventually(() => warnings.mock.calls.length > 0);
    servers.push(await RedisServer.startOn(port));
    await healthy(client);
    expect(await read(client)).toBeNull();
  });

  it('falls back while Redis is dead, and finds it when it is back, empty', async () => {
    const server = await start();
    const client = connect(server.url);
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
    const server = await start();
    const client = connect(server.url);
    await healthy(client);
    await server.kill();
    await unhealthy(client);
  });

  it('falls back within its limit when Redis accepts and is silent, at once thereafter, and recovers', async () => {
    const server = await start();
    const client = connect(server.url);
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
    const server = await start();
    const client = connect(server.url);
    await healthy(client);
    server.freeze();
    await unhealthy(client);
  });

  it('gives up a handshake that gets no answer, and finds the Redis that comes then', async () => {
    const silent = await SilentServer.start();
    const client = connect(`redis://127.0.0.1:${silent.port}`);
    await eventually(() => silent.connections === 2);
    await silent.stop();
    servers.push(await RedisServer.startOn(silent.port));
    await healthy(client);
    expect(warnings).toHaveBeenCalledTimes(1);
  });

  it('closes within its limit when Redis is silent', async () => {
    const server = await start();
    const client = connect(server.url);
    await healthy(client);
    server.freeze();
    const pending = read(client);
    await expect(elapsed(() => client.close())).resolves.toBeLessThan(1_900);
    expect(await pending).toBe('from memory');
    expect(await read(client)).toBe('from memory');
  });

  it('lets what was sent before closing be answered', async () => {
    const client = connect((await start()).url);
    await healthy(client);
    const pending = Promise.all(Array.from({ length: 100 }, () => read(client)));
    await client.close();
    expect(await pending).toEqual(Array(100).fill(null));
  });

  it('logs in with its password', async () => {
    const server = await start('--requirepass', 'p@ss word/1');
    const client = connect(`redis://:${encodeURIComponent('p@ss word/1')}@127.0.0.1:${server.port}/0`);
    await healthy(client);
    expect(await read(client)).toBeNull();
  });

  itWithTls('speaks TLS with a Redis whose certificate the machine trusts, and with no other', async () => {
    const { folder, flags, ca } = await certificate();
    const port = await freePort();
    servers.push(await RedisServer.startOn(port, '--port', '0', '--tls-port', String(port), ...flags));
    await rm(folder, { recursive: true });
    const client = connect(`rediss://localhost:${port}`);
    await eventually(() => warnings.mock.calls.length > 0);
    expect(client.state).toBe('unhealthy');

    const handshake: (options: ConnectionOptions) => TLSSocket = tls.connect;
    const trust = jest.spyOn(tls as { connect: typeof handshake }, 'connect');
    trust.mockImplementation((options) => handshake({ ...options, ca }));
    await healthy(client);
    trust.mockRestore();
    expect(await read(client)).toBeNull();
  });

  it.each([['redis://:wrong-secret@'], ['redis://']])('falls back when the password is wrong (%s…)', async (prefix) => {
    const server = await start('--requirepass', 'right-secret');
    const client = connect(`${prefix}127.0.0.1:${server.port}`);
    await eventually(() => warnings.mock.calls.length > 0);
    expect(client.state).toBe('unhealthy');
    expect(await read(client)).toBe('from memory');
    expect(JSON.stringify(warnings.mock.calls, errorsToo)).not.toContain('secret');
  });

  it('falls back when Redis refuses a command, says so once, and goes on using it', async () => {
    const client = connect((await start('--maxmemory', '1', '--maxmemory-policy', 'noeviction')).url);
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
    const client = connect((await start()).url);
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

  it('hands out connections that subscribe again after Redis was away', async () => {
    const server = await start();
    const client = connect(server.url);
    const heard: string[] = [];
    const subscriber = await client.duplicate();
    await subscriber.subscribe('channel', (message) => heard.push(message));
    await healthy(client);

    await server.restart();
    await eventually(async () => {
      await client.run<unknown>(
        (commands) => commands.publish('channel', 'hello again'),
        () => undefined,
      );
      return heard.includes('hello again');
    });
  });

  it('hands out connections that notice by themselves that Redis fell silent, and recover', async () => {
    const server = await start();
    const subscriber = await connect(server.url).duplicate();
    await subscriber.subscribe('channel', () => undefined);
    server.freeze();
    await eventually(() => !subscriber.isReady);
    server.resume();
    await eventually(() => subscriber.isReady);
    expect(await subscriber.pubSubNumSub(['channel'])).toEqual({ channel: 1 });
  });

  it('hands out connections once Redis is there, on which reads may block', async () => {
    const port = await freePort();
    const client = connect(`redis://127.0.0.1:${port}`);
    const opening = client.duplicate();
    servers.push(await RedisServer.startOn(port));
    const reader = await opening;
    await healthy(client);
    const popped = reader.blPop('list', 2);
    await client.run<unknown>(
      (commands) => commands.rPush('list', 'item'),
      () => undefined,
    );
    expect(await popped).toEqual({ key: 'list', element: 'item' });
  });

  it('closes the connections it handed out, and those still waiting for a Redis', async () => {
    const client = connect((await start()).url);
    const reader = await client.duplicate();
    const orphan = connect(`redis://127.0.0.1:${await freePort()}`);
    const waiting = orphan.duplicate().catch((error: Error) => error.message);
    await Promise.all([client.close(), orphan.close()]);
    expect(reader.isOpen).toBe(false);
    expect(await waiting).toContain('closed');
  });
});

/** Flags for a Redis that is `localhost` and vouches for itself. */
async function certificate(): Promise<{ folder: string; flags: string[]; ca: Buffer }> {
  const folder = await mkdtemp(join(tmpdir(), 'redis-tls-'));
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-days', '1'];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  execFileSync('openssl', ['req', '-x509', ...curve, '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore' });
  const flags = ['--tls-cert-file', cert, '--tls-key-file', key, '--tls-ca-cert-file', cert];
  return { folder, flags: [...flags, '--tls-auth-clients', 'no'], ca: await readFile(cert) };
}

function errorsToo(_: string, value: unknown): unknown {
  return value instanceof Error ? { ...value, message: value.message, stack: value.stack } : value;
}
