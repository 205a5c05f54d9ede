import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls, { type ConnectionOptions, type TLSSocket } from 'node:tls';
import { Logger } from '@nestjs/common';
import { eventually } from '../../../../test/harness/eventually';
import {
  connectRedis,
  endRedis,
  healthy,
  read,
  startRedis,
  startRedisOn,
} from '../../../../test/harness/redis-clients';
import { describeWithRedis, freePort } from '../../../../test/harness/redis-server';

const warnings = jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
jest.spyOn(Logger.prototype, 'log').mockReturnValue(undefined);
jest.setTimeout(20_000);

const itWithTls = spawnSync('openssl', ['version']).status === 0 ? it : it.skip;

beforeEach(() => jest.clearAllMocks());
afterEach(endRedis);

describeWithRedis('who may use a Redis', () => {
  it('uses the database that its address names', async () => {
    const server = await startRedis();
    const [zero, three] = [connectRedis(server.url), connectRedis(server.url.replace('/0', '/3'))];
    await Promise.all([healthy(zero), healthy(three)]);
    await three.run(
      (commands) => commands.set('key', 'in three'),
      () => null,
    );
    expect(await read(zero)).toBeNull();
    expect(await read(three)).toBe('in three');
  });

  it('logs in with its password', async () => {
    const server = await startRedis('--requirepass', 'p@ss word/1');
    const client = connectRedis(`redis://:${encodeURIComponent('p@ss word/1')}@127.0.0.1:${server.port}/0`);
    await healthy(client);
    expect(await read(client)).toBeNull();
  });

  itWithTls('speaks TLS with a Redis whose certificate the machine trusts, and with no other', async () => {
    const { folder, flags, ca } = await certificate();
    const port = await freePort();
    await startRedisOn(port, '--port', '0', '--tls-port', String(port), ...flags);
    await rm(folder, { recursive: true });
    const client = connectRedis(`rediss://localhost:${port}`);
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
    const server = await startRedis('--requirepass', 'right-secret');
    const client = connectRedis(`${prefix}127.0.0.1:${server.port}`);
    await eventually(() => warnings.mock.calls.length > 0);
    expect(client.state).toBe('unhealthy');
    expect(await read(client)).toBe('from memory');
    expect(JSON.stringify(warnings.mock.calls, errorsToo)).not.toContain('secret');
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
