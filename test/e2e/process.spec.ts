import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { Agent, createServer, get, type IncomingMessage, request } from 'node:http';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { eventually } from '../harness/eventually';
import { type ServerProcess, startProcess } from '../harness/start-process';

const started: ServerProcess[] = [];

async function start(environment: Record<string, string> = {}, stdout?: number): Promise<ServerProcess> {
  const server = await startProcess(environment, stdout);
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

/** Status, what becomes of the connection, and body; on a connection of its own. */
async function ask(server: ServerProcess, path: string): Promise<[number?, string?, unknown?]> {
  const [answer] = (await once(get(server.baseUrl + path, { agent: false }), 'response')) as [IncomingMessage];
  return [answer.statusCode, answer.headers.connection, await json(answer)];
}

function packagesOf(files: readonly string[]): string[] {
  return files.flatMap((file) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []);
}

/** Of the variables, in the message about what is wrong with them. */
function namesIn(message: string): string[] {
  return Array.from(message.matchAll(/^ {2}(\S+) /gm), ([, name = '']) => name);
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

  it('loads no package twice, once from its bundle and once from where it was installed', async () => {
    const server = await start({ NODE_OPTIONS: `--require=${join(__dirname, '../harness/tell-loaded.cjs')}` });
    await server.says('the demo model answers');
    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(0);
    const [, loaded = ''] = /^loaded (.*)$/m.exec(server.output()) ?? [];
    const bundled = JSON.parse(await readFile('dist/apps/api/main.js.map', 'utf8')) as { sources: string[] };
    const inBundle = packagesOf(bundled.sources);
    expect(inBundle).toContain('@nestjs/core');
    expect(packagesOf(JSON.parse(loaded) as string[]).filter((name) => inBundle.includes(name))).toEqual([]);
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
    const faulty = {
      NODE_ENV: 'production',
      SECRET_KEY: 'too-short-canary',
      PORT: 'eighty',
      LOG_LEVEL: 'loud',
      DATABASE_URL: 'oracle://me:canary@host/db',
      ADMIN_USERNAME: 'ad\u200bmin',
      ADMIN_EMAIL: 'nobody@nowhere',
      ADMIN_PASSWORD: 'Password123',
      MODELS_FILE: join(__dirname, '../../config/models.json'),
      OPENAI_MODEL: 'no-such-model',
      TITLE_MODEL: 'no-such-model',
      LOG_FILE: '/proc/nowhere/api.log',
      UPLOAD_DIR: '/proc/nowhere/uploads',
    };
    const server = await start(faulty);
    expect(await server.ended).toBe(1);
    expect(namesIn(server.output())).toEqual([
      ...['PORT', 'DATABASE_URL', 'LOG_LEVEL', 'SECRET_KEY', 'ENCRYPTION_KEY', 'OPENAI_API_KEY'],
      ...['LOG_FILE', 'UPLOAD_DIR', 'ADMIN_USERNAME', 'ADMIN_EMAIL', 'ADMIN_PASSWORD', 'OPENAI_MODEL', 'TITLE_MODEL'],
    ]);
    expect(server.output()).not.toMatch(/canary|Password123/);
    const cli = spawnSync(process.execPath, ['dist/apps/cli/src/main.js', 'config', 'check'], { env: faulty });
    expect(cli.stderr.toString()).toBe(server.output());
  });

  it.each(['PORT', 'GRPC_PORT', 'ASK_WS_PORT'])('names %s and the number where it is taken', async (name) => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const { port } = blocker.address() as AddressInfo;
    const server = await start({ [name]: String(port) });
    expect(await server.ended).toBe(1);
    expect(server.output()).toMatch(new RegExp(`(^|\\W)${name}: ${port} is taken`));
    blocker.close();
  });

  it('names the variable of a host that has no address', async () => {
    const server = await start({ HOST: 'nowhere.invalid' });
    expect(await server.ended).toBe(1);
    expect(server.output()).toContain('HOST: nowhere.invalid has no address');
  });

  it('tells the port that it was given', async () => {
    const server = await start({ PORT: '0' });
    await server.says('the demo model answers');
    const [, address = ''] = /Listening on (http:[^"]+)/.exec(server.output()) ?? [];
    expect((await fetch(`${address}/health/live`)).status).toBe(200);
  });

  it.each(['DATA_DIR=/proc/nowhere', 'DATABASE_URL=sqlite:////proc/nowhere/chat.db', 'LOG_FILE=/proc/nowhere/api.log'])(
    'names the variable of a folder that cannot be made: %s',
    async (setting) => {
      const [name = '', value = ''] = setting.split('=');
      const server = await start({ [name]: value });
      expect(await server.ended).toBe(1);
      expect(server.output()).toContain(name);
    },
  );

  it('logs into LOG_FILE too, and outlives a disk that is full', async () => {
    const file = await start({ LOG_FILE: './logs/deep/api.log' });
    await file.says('the demo model answers');
    expect(await readFile(join(file.directory, 'logs/deep/api.log'), 'utf8')).toContain('"the database is ready"');
    const full = await start({ LOG_FILE: '/dev/full' });
    await full.says('LOG_FILE cannot be written');
    await full.says('the demo model answers');
    full.child.kill('SIGTERM');
    expect(await full.ended).toBe(0);
    expect(full.output().match(/LOG_FILE cannot be written/g)).toHaveLength(1);
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

  it('ends as soon as the last answer is given, which ends its connection', async () => {
    const server = await start({ SHUTDOWN_GRACE: '60' });
    await server.says('the demo model answers');
    const agent = new Agent({ keepAlive: true });
    const login = request(`${server.baseUrl}/api/v1/auth/login`, {
      agent,
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': 2 },
    });
    login.write('{');
    await fetch(`${server.baseUrl}/health/live`);
    server.child.kill('SIGTERM');
    await server.says('no new work');
    login.end('}');
    const [answer] = (await once(login, 'response')) as [IncomingMessage];
    expect([answer.statusCode, answer.headers.connection]).toEqual([422, 'close']);
    expect(await server.ended).toBe(0);
    expect(server.output()).not.toContain('ran out of time');
  });

  it('still listens until the last answer is given, and says that it is ending', async () => {
    const server = await start({ SHUTDOWN_GRACE: '60' });
    await server.says('the demo model answers');
    const login = request(`${server.baseUrl}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': 2 },
    });
    login.write('{');
    await fetch(`${server.baseUrl}/health/live`);
    server.child.kill('SIGTERM');
    await server.says('no new work');
    expect(await ask(server, '/health/ready')).toMatchObject([503, 'close', { status: 'not_ready', draining: true }]);
    expect(await ask(server, '/api/v1/health/live')).toMatchObject([200, 'close', { status: 'alive' }]);
    expect(await ask(server, '/api/v1/models')).toMatchObject([
      503,
      'close',
      { error: { code: 'SERVICE_UNAVAILABLE' } },
    ]);
    login.end('}');
    const [answer] = (await once(login, 'response')) as [IncomingMessage];
    expect(answer.statusCode).toBe(422);
    expect(await server.ended).toBe(0);
    expect(server.output()).not.toContain('ran out of time');
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

describe('what was said last', () => {
  it('is written when a defect ends the process', async () => {
    const defect = "data:text/javascript,process.on('SIGUSR2',()=>{throw(Error('planted'))})";
    const server = await start({ NODE_OPTIONS: `--import=${defect}` });
    await server.says('the demo model answers');
    await fetch(`${server.baseUrl}/nowhere`);
    server.child.kill('SIGUSR2');
    expect(await server.ended).toBe(1);
    expect(server.output()).toContain('"path":"/nowhere"');
    expect(server.output()).toContain('a defect ended the process');
  });
});

describe('a log that nobody reads or keeps', () => {
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

  it('may be on a disk that is full', async () => {
    const full = openSync('/dev/full', 'w');
    const server = await start({}, full);
    closeSync(full);
    const isReady = (): Promise<boolean> => fetch(`${server.baseUrl}/health/ready`).then(({ ok }) => ok);
    await eventually(() => isReady().catch(() => false));
    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(0);
  });
});
