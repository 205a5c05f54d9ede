import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type Client, limit, Outside } from '../e2e/chat/outside';
import { type AnySocket, ways } from '../e2e/realtime/ways';
import { createTestDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/databases/test-database';
import { eventually } from '../harness/eventually';
import { GrpcClient } from '../harness/grpc-client';
import { faultsIn } from '../harness/invariants';
import { openDb, type OpenDb } from '../harness/open-db';
import { itOnLinux, sampleOf } from '../harness/process-watch';
import { freePort } from '../harness/start-process';
import { textOf } from '../harness/sse-client';
import { TcpProxy } from '../harness/tcp-proxy';
import { says, startUpstream, type Upstream } from '../harness/upstream';

/** What takes its time by the clock: `LONG=1`. */
const itTakesLong = process.env['LONG'] === '1' ? it : it.skip;
const PIECE = 'a long answer 😀 '.repeat(4_000);
const PIECES = 80;
const LENGTH = PIECE.length * PIECES;
const IDLE = 2_000;
/** Four answers of 5 MB whose readers have hardly begun, the statements that stored them, and what nobody has collected yet. */
const MOST_GROWTH_MB = 400;
/** Of a machine that is busy with other suites. */
const HARDLY_S = 3;

let database: TestDatabase;
let tables: OpenDb;
let upstream: Upstream;
let server: Outside;
let grpcPort: number;
let alice: Client;

beforeAll(async () => {
  [database, upstream, grpcPort] = await Promise.all([createTestDatabase(), startUpstream(), freePort()]);
  server = await Outside.start(database, upstream, { GRPC_PORT: String(grpcPort), MAX_CONCURRENT_TURNS: '100' });
  tables = await openDb(database.url);
  alice = await server.register();
  await limit(tables.db, alice, {});
}, 60_000);
afterAll(async () => {
  await server.server.dispose();
  await Promise.all([upstream.close(), tables.close()]);
  await database.drop();
});

const port = () => Number(new URL(server.server.baseUrl).port);

async function plainSocket(): Promise<Socket> {
  const socket = connect(port(), '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

async function secondsOfHealthyRequest(): Promise<number> {
  const began = performance.now();
  const { status } = await server.ask('GET', 'users/me', alice);
  expect(status).toBe(200);
  return (performance.now() - began) / 1_000;
}

it('thousands of connections that say nothing are hardly noticed, and leave nothing', async () => {
  const before = await secondsOfHealthyRequest();
  const idle = await Promise.all(Array.from({ length: IDLE }, plainSocket));
  idle.slice(0, IDLE / 2).forEach((socket) => socket.write('GET /health HTT'));
  expect(await secondsOfHealthyRequest()).toBeLessThan(before + HARDLY_S);
  idle.forEach((socket) => socket.destroy());
  expect(await secondsOfHealthyRequest()).toBeLessThan(before + HARDLY_S);
}, 60_000);

describe('readers of some bytes a second', () => {
  let proxy: TcpProxy;
  let grpcProxy: TcpProxy;

  beforeAll(async () => {
    proxy = new TcpProxy('127.0.0.1', port());
    grpcProxy = new TcpProxy('127.0.0.1', grpcPort);
    await Promise.all([proxy.open(), grpcProxy.open()]);
  });
  afterAll(() => Promise.all([proxy.close(), grpcProxy.close()]));

  async function answerIn<Row>(conversation: string, column: string): Promise<Row | undefined> {
    const sql = `SELECT ${column} FROM messages WHERE conversation_id = ? AND role = 'assistant'`;
    return (await tables.db.query<Row & object>(sql, [conversation]))[0];
  }

  itOnLinux(
    'cost next to nothing over any transport; the answer is whole, and others have it at once',
    async () => {
      upstream.otherwise(says(...Array.from({ length: PIECES }, () => PIECE)));
      // What has been done once needs its memory anyway.
      const warm = await server.stream(alice, await server.begin(alice), { content: 'Much' });
      expect(textOf(await warm.rest())).toHaveLength(LENGTH);
      const before = await sampleOf(server.server);

      const slow = server.through(`http://127.0.0.1:${proxy.port}`);
      // Each somebody else: a socket that cannot take what is pushed to it of another answer of its user's is closed.
      const readers = await Promise.all(Array.from({ length: 4 }, () => server.register()));
      await Promise.all(readers.map((reader) => limit(tables.db, reader, {})));
      const conversations = await Promise.all(readers.map((reader) => server.begin(reader)));
      const sockets: AnySocket[] = [];
      for (const [at, way] of [ways[0], ways[2]].entries())
        if (way) sockets.push(await way.open(slow.server.baseUrl, readers[at + 1]?.token ?? ''));
      const grpc = await GrpcClient.connect(server.server.baseUrl, grpcProxy.port);
      const isWhole = async (conversation = ''): Promise<void> => {
        const status = async () => (await answerIn<{ status: string }>(conversation, 'status'))?.status ?? 'streaming';
        await eventually(async () => (await status()) !== 'streaming', 60_000);
        expect(await status()).toBe('complete');
        expect((await answerIn<{ content: string }>(conversation, 'content'))?.content).toHaveLength(LENGTH);
      };
      // One begins after the other, and all of them go on reading.
      const stream = await slow.stream(readers[0] ?? alice, conversations[0] ?? '', { content: 'Much' });
      proxy.bytesPerSecond = 50;
      grpcProxy.bytesPerSecond = 50;
      await isWhole(conversations[0]);
      for (const [at, socket] of sockets.entries()) {
        socket.say('chat_message', { conversation_id: conversations[at + 1], content: 'Much' });
        await isWhole(conversations[at + 1]);
      }
      const call = grpc.ask(
        { prompt: 'Much', conversation_id: conversations[3] ?? '' },
        { token: readers[3]?.token ?? '' },
      );
      await isWhole(conversations[3]);
      const quick = await server.stream(alice, await server.begin(alice), { content: 'Much' });
      expect(textOf(await quick.rest())).toHaveLength(LENGTH);
      expect((await sampleOf(server.server)).residentMb - before.residentMb).toBeLessThan(MOST_GROWTH_MB);

      stream.leave();
      call.cancel();
      grpc.close();
      proxy.cut();
      grpcProxy.cut();
      await Promise.all(sockets.map(({ closed }) => closed));
      expect(await faultsIn(tables.db)).toEqual([]);
    },
    240_000,
  );

  itTakesLong(
    'half-open sockets are noticed within 45 s',
    async () => {
      await proxy.heal();
      const sockets = await Promise.all(ways.map(({ open }) => open(`http://127.0.0.1:${proxy.port}`, alice.token)));
      const open = async () =>
        (await server.ask<{ connections: unknown[] }>('GET', 'users/me/connections', alice)).body.data.connections
          .length;
      await eventually(async () => (await open()) === sockets.length);
      proxy.lose();
      await eventually(async () => (await open()) === 0, 45_000);
      proxy.cut();
    },
    60_000,
  );
});

describe('slowness', () => {
  const closedWithin = (socket: Socket, seconds: number) =>
    Promise.race([
      once(socket, 'close').then(() => 'closed'),
      new Promise((resolve) => setTimeout(resolve, seconds * 1_000, 'open').unref()),
    ]);

  /** A byte now and then, for as long as it is listened to. */
  function drip(socket: Socket, bytes: string): void {
    let at = 0;
    const timer = setInterval(() => socket.write(bytes[at++ % bytes.length] ?? ''), 500);
    socket.once('close', () => clearInterval(timer));
    socket.resume();
  }

  itTakesLong(
    'of headers ends the connection within a minute, and nobody else notices',
    async () => {
      const socket = await plainSocket();
      socket.write('GET /health HTTP/1.1\r\nHost: x\r\n');
      drip(socket, 'X-Slow: x\r\n');
      expect(await closedWithin(socket, 55)).toBe('closed');
      expect(await secondsOfHealthyRequest()).toBeLessThan(HARDLY_S);
    },
    70_000,
  );

  itTakesLong(
    'of bodies ends the connection within two and a half minutes, and nobody else notices',
    async () => {
      const bodies = [
        ['auth/login', 'application/json', '{"username":"'],
        [
          'files',
          'multipart/form-data; boundary=b',
          '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n',
        ],
      ] as const;
      const slow = bodies.map(async ([path, type, beginning]) => {
        const socket = await plainSocket();
        socket.write(`POST /api/v1/${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${alice.token}\r\n`);
        socket.write(`Content-Type: ${type}\r\nContent-Length: 100000\r\n\r\n${beginning}`);
        drip(socket, 'x');
        return closedWithin(socket, 150);
      });
      expect(await secondsOfHealthyRequest()).toBeLessThan(HARDLY_S);
      expect(await Promise.all(slow)).toEqual(['closed', 'closed']);
    },
    170_000,
  );
});
