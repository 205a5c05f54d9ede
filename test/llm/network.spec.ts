import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Server as TcpServer,
  type Socket,
} from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { fails, says, startUpstream, type Upstream } from '../harness/upstream';
import { type Rig, startRig } from './rig';

const itWithTls = spawnSync('openssl', ['version']).status === 0 ? it : it.skip;

let upstream: Upstream;
let rig: Rig | undefined;
const servers: TcpServer[] = [];
const sockets = new Set<Socket>();

beforeAll(async () => {
  upstream = await startUpstream();
});

beforeEach(() => upstream.reset());

afterEach(async () => {
  await rig?.close();
  rig = undefined;
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

afterAll(() => upstream.close());

const listen = async (server: TcpServer | Server): Promise<number> => {
  servers.push(server);
  server.on('connection', (socket: Socket) => sockets.add(socket.on('error', () => undefined)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};

const toUpstream = () => connect(Number(new URL(upstream.baseUrl).port), '127.0.0.1');

/** An HTTP proxy that opens tunnels for those who know the password, and tells whereto. */
const startProxy = async (answers: 'as it should' | 'with silence' = 'as it should') => {
  const asked: (string | undefined)[] = [];
  const proxy = createServer().on('connect', ({ url, headers }, client: Socket) => {
    asked.push(url);
    if (answers === 'with silence') return;
    if (headers['proxy-authorization'] !== `Basic ${Buffer.from('me:p@ss').toString('base64')}`) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const [host = '', port = ''] = (url ?? '').split(':');
    const server = connect(Number(port), host, () => client.write('HTTP/1.1 200 OK\r\n\r\n'));
    server.on('error', () => client.destroy());
    sockets.add(server);
    server.pipe(client).pipe(server);
  });
  const port = await listen(proxy);
  return { url: (user: string) => `http://${user}@127.0.0.1:${port}`, asked };
};

it('connections are used again, after answers and refusals, and end with the application', async () => {
  let connections = 0;
  const port = await listen(
    createTcpServer((client) => {
      connections++;
      const server = toUpstream();
      sockets.add(server);
      server.pipe(client).pipe(server);
    }),
  );
  rig = await startRig({ baseUrl: `http://127.0.0.1:${port}/v1` });
  upstream.answers(says('a'), fails(500), says('b'), fails(404));
  await rig.ask();
  await rig.ask({ stream: false });
  await expect(rig.open()).rejects.toMatchObject({ details: { reason: 'refused' } });
  await rig.ask();
  expect(upstream.calls).toHaveLength(5);
  expect(connections).toBe(1);

  const [client] = sockets;
  const ended = client && once(client, 'close');
  const stopped = jest.spyOn(rig.catalogue, 'close');
  await rig.close();
  rig = undefined;
  await ended;
  expect(stopped).toHaveBeenCalled();
});

it.each(['timeout=0', 'timeout=1', 'max=9, timeout=0', 'max=9, timeout=1'])(
  'what says that it lets nothing rest, %s, is asked all the same',
  async (keepAlive) => {
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'keep-alive': keepAlive });
      response.end(JSON.stringify({ choices: [{ message: { content: 'a' }, finish_reason: 'stop' }] }));
    });
    rig = await startRig({ baseUrl: `http://127.0.0.1:${await listen(server)}/v1` });
    for (let call = 0; call < 3; call++) {
      expect(await rig.ask()).toMatchObject({ text: 'a' });
      for (const socket of sockets) if (!socket.closed) await once(socket, 'close');
    }
    expect(sockets.size).toBe(3);
  },
);

it.each([
  ['5 s where its server says 6', 'timeout=6, max=100', 5_000],
  ['4 s where nothing is said', undefined, 4_000],
])('a connection rests for %s', async (_rests, keepAlive, restMs) => {
  const server = createServer((_request, response) => {
    const headers = { 'content-type': 'application/json', ...(keepAlive && { 'keep-alive': keepAlive }) };
    response.writeHead(200, { connection: 'keep-alive', ...headers });
    response.end(JSON.stringify({ choices: [{ message: { content: 'a' }, finish_reason: 'stop' }] }));
  });
  server.keepAliveTimeout = 0;
  rig = await startRig({ baseUrl: `http://127.0.0.1:${await listen(server)}/v1` });
  await rig.ask();
  await rig.ask();
  const restedFrom = performance.now();
  expect(sockets.size).toBe(1);
  for (const socket of sockets) await once(socket, 'close');
  const restedMs = performance.now() - restedFrom;
  expect(restedMs).toBeGreaterThan(restMs - 100);
  expect(restedMs).toBeLessThan(restMs + 900);
});

describe('a proxy', () => {
  it('is the way to the upstream, through tunnels that are used again', async () => {
    const proxy = await startProxy();
    rig = await startRig(upstream, { openai: { proxyUrl: proxy.url('me:p%40ss') } });
    upstream.answers(says('a'), says('b'));
    expect(await rig.ask()).toMatchObject({ text: 'a', status: 'complete' });
    expect(await rig.ask()).toMatchObject({ text: 'b', status: 'complete' });
    expect(proxy.asked).toEqual([new URL(upstream.baseUrl).host]);
    expect(upstream.calls.map(({ headers }) => headers['proxy-authorization'])).toEqual([undefined, undefined]);
  });

  it.each(['me:wrong', 'me'])('that does not know us, %s, makes the upstream unreachable', async (user) => {
    const proxy = await startProxy();
    rig = await startRig(upstream, { openai: { proxyUrl: proxy.url(user), maxRetries: 1 } });
    await expect(rig.open()).rejects.toMatchObject({ kind: 'upstream_down', details: { reason: 'unreachable' } });
    expect(proxy.asked).toHaveLength(2);
    expect(upstream.calls).toEqual([]);
  });

  it('that says nothing is silence', async () => {
    const proxy = await startProxy('with silence');
    rig = await startRig(upstream, { openai: { proxyUrl: proxy.url('me:p%40ss'), timeoutMs: 200 } });
    await expect(rig.open()).rejects.toMatchObject({ kind: 'upstream_timeout' });
  });

  itWithTls('carries TLS to an upstream whose name is checked', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tls-'));
    const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    execFileSync('openssl', ['req', '-x509', ...curve, '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore' });
    const secure = tls.createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (client) => {
      const server = toUpstream();
      sockets.add(server);
      client.on('error', () => undefined);
      server.pipe(client).pipe(server);
    });
    const port = await listen(secure);
    const proxy = await startProxy();
    const openai = { proxyUrl: proxy.url('me:p%40ss'), maxRetries: 0 };

    rig = await startRig({ baseUrl: `https://localhost:${port}/v1` }, { openai });
    await expect(rig.open()).rejects.toMatchObject({ details: { reason: 'unreachable' } });
    expect(upstream.calls).toEqual([]);

    const connectTls = tls.connect;
    const trusting = jest
      .spyOn(tls, 'connect')
      .mockImplementation(((options: tls.ConnectionOptions) =>
        connectTls({ ...options, ca: readFileSync(cert) })) as typeof connectTls);
    upstream.otherwise(says('a'));
    expect(await rig.ask()).toMatchObject({ text: 'a', status: 'complete' });
    expect(await rig.ask()).toMatchObject({ text: 'a', status: 'complete' });
    expect(trusting).toHaveBeenCalledTimes(1);
    trusting.mockRestore();
    expect(proxy.asked).toEqual(Array(2).fill(`localhost:${port}`));
    rmSync(folder, { recursive: true });
  });
});
