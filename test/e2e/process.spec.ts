import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ServerProcess, startProcess } from '../harness/start-process';

const started: ServerProcess[] = [];

async function start(environment: Record<string, string> = {}): Promise<ServerProcess> {
  const server = await startProcess(environment);
  started.push(server);
  return server;
}

/** A request whose body never comes keeps the drain waiting. */
function sendHalfARequest(server: ServerProcess): Promise<unknown> {
  const beginning = new ReadableStream({ start: (body) => body.enqueue(new TextEncoder().encode('{')) });
  return fetch(`${server.baseUrl}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: beginning,
    duplex: 'half',
  }).catch(() => 'cut');
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.dispose()));
});

describe('the process', () => {
  it('starts with nothing but Node, says where to look, and ends in order', async () => {
    const server = await start();
    await server.says('the demo model answers');
    for (const place of ['/docs', '/health', 'ws://127.0.0.1']) expect(server.output()).toContain(place);
    const ready = await fetch(`${server.baseUrl}/health/ready`);
    expect([ready.status, await ready.json()]).toMatchObject([200, { status: 'ready' }]);

    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(0);
    expect(server.output()).toContain('ended');
  });

  it('writes one JSON object a line', async () => {
    const server = await start();
    await server.says('the demo model answers');
    for (const line of server.output().trimEnd().split('\n')) {
      expect(JSON.parse(line)).toMatchObject({
        level: expect.any(String) as string,
        msg: expect.any(String) as string,
      });
    }
  });

  it('lists every fault of its configuration by name, none with a secret, and ends with 1', async () => {
    const server = await start({
      NODE_ENV: 'production',
      SECRET_KEY: 'too-short-canary',
      PORT: 'eighty',
      LOG_LEVEL: 'loud',
      DATABASE_URL: 'oracle://me:canary@host/db',
    });
    expect(await server.ended).toBe(1);
    for (const name of ['SECRET_KEY', 'ENCRYPTION_KEY', 'PORT', 'LOG_LEVEL', 'DATABASE_URL']) {
      expect(server.output()).toContain(name);
    }
    expect(server.output()).not.toContain('canary');
  });

  it('names the variable and the number of a port that is taken', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const { port } = blocker.address() as AddressInfo;
    const server = await start({ PORT: String(port) });
    expect(await server.ended).toBe(1);
    expect(server.output()).toMatch(new RegExp(`PORT: ${port} is taken`));
    blocker.close();
  });

  it('ends at once on a second signal', async () => {
    const server = await start({ SHUTDOWN_GRACE: '60' });
    await server.says('the demo model answers');
    const hanging = sendHalfARequest(server);
    await fetch(`${server.baseUrl}/health/live`);
    server.child.kill('SIGTERM');
    await server.says('no new work');
    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(1);
    expect(await hanging).toBe('cut');
  });

  it('does not wait longer than its grace time', async () => {
    const server = await start({ SHUTDOWN_GRACE: '1' });
    await server.says('the demo model answers');
    const hanging = sendHalfARequest(server);
    await fetch(`${server.baseUrl}/health/live`);
    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(0);
    expect(server.output()).toContain('ran out of time');
    expect(await hanging).toBe('cut');
  });
});

describe('a log that nobody reads', () => {
  it('neither fills the memory nor keeps the process from ending', async () => {
    const server = await start({ SHUTDOWN_GRACE: '5', RATE_LIMIT_DEFAULT: '0' });
    await server.says('the demo model answers');
    server.child.stdout?.pause();
    const path = `/${'x'.repeat(4_000)}`;
    for (let round = 0; round < 20; round++) {
      await Promise.all(Array.from({ length: 50 }, () => fetch(server.baseUrl + path).then((answer) => answer.text())));
    }
    server.child.kill('SIGTERM');
    const [status] = (await once(server.child, 'exit')) as [number | null];
    expect(status).toBe(0);
    server.child.stdout?.resume();
  });
});
