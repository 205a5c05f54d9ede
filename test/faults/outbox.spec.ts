import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Client, limit, Outside } from '../e2e/chat/outside';
import { createTestDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/databases/test-database';
import { eventually } from '../harness/eventually';
import { faultsIn } from '../harness/invariants';
import { openDb, type OpenDb } from '../harness/open-db';
import { says, startUpstream, type Upstream } from '../harness/upstream';

const REQUESTS = 10;
const ROUNDS = 3;
/** Alerts come at eight and at ten of ten. */
const ALERTS = [80, 100];

interface Told {
  readonly id: string;
  readonly data: { readonly user: { readonly id: string }; readonly threshold: number };
}

interface DeliveryRow {
  readonly id: string;
  readonly status: string;
}

let database: TestDatabase;
let tables: OpenDb;
let upstream: Upstream;
let server: Outside;
let receiver: Server;
let told: Told[] = [];
let answer: (response: ServerResponse) => void;
let heard: () => void = () => undefined;

beforeAll(async () => {
  [database, upstream] = await Promise.all([createTestDatabase(), startUpstream()]);
  receiver = createServer((request: IncomingMessage, response) => {
    void text(request).then((body) => {
      told.push(JSON.parse(body) as Told);
      heard();
      answer(response);
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  tables = await openDb(database.url);
  upstream.otherwise(says('All of it'));
  server = await start();
}, 60_000);
beforeEach(() => {
  told = [];
  answer = (response) => response.writeHead(204).end();
});
afterEach(async () => expect(await faultsIn(tables.db)).toEqual([]));
afterAll(async () => {
  await server.server.dispose();
  receiver.closeAllConnections();
  receiver.close();
  await Promise.all([upstream.close(), tables.close()]);
  await database.drop();
});

function start(): Promise<Outside> {
  const { port } = receiver.address() as AddressInfo;
  return Outside.start(database, upstream, { WEBHOOK_URL: `http://127.0.0.1:${port}/hook`, RATE_LIMIT_SEND: '0' });
}

async function kill(): Promise<void> {
  server.server.child.kill('SIGKILL');
  await server.server.dispose();
}

async function someone(): Promise<Client> {
  const alice = await server.register();
  await limit(tables.db, alice, { requests: REQUESTS });
  return alice;
}

async function send(alice: Client, times: number): Promise<void> {
  for (let sent = 0; sent < times; sent++) {
    const { status } = await server.send(alice, await server.begin(alice), { content: 'Hi', max_tokens: 5 });
    expect(status).toBe(201);
  }
}

const deliveriesTo = ({ id }: Client) =>
  tables.db.query<DeliveryRow>('SELECT id, status FROM webhook_deliveries WHERE user_id = ? ORDER BY id', [id]);

/** As if whoever had begun them had been silent for long enough. */
const endLeases = () =>
  tables.db.execute(`UPDATE webhook_deliveries SET next_attempt_at = ? WHERE status = 'pending'`, [
    new Date(Date.now() - 1_000),
  ]);

const areDelivered = (alice: Client, count: number) =>
  eventually(async () => {
    const rows = await deliveriesTo(alice);
    return rows.length === count && rows.every(({ status }) => status === 'delivered');
  }, 30_000);

it('what is on its way when its process is killed is sent again, under the same name', async () => {
  const alice = await someone();
  const hanging = new Promise<void>((resolve) => (heard = resolve));
  answer = () => undefined;
  await send(alice, 8);
  await hanging;
  await kill();
  answer = (response) => response.writeHead(204).end();
  server = await start();
  await endLeases();
  await areDelivered(alice, 1);
  expect(told.length).toBeGreaterThanOrEqual(2);
  expect(new Set(told.map(({ id }) => id))).toEqual(new Set((await deliveriesTo(alice)).map(({ id }) => id)));
}, 90_000);

it('what a turn has caused is written with the turn: killed at any moment, each is told once its turn is', async () => {
  const folk: Client[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const alice = await someone();
    folk.push(alice);
    await send(alice, 7);
    const eighth = server
      .send(alice, await server.begin(alice), { content: 'Hi', max_tokens: 5 })
      .catch(() => undefined);
    // Before it is opened, while it is answered, as it ends, after it.
    await new Promise((resolve) => setTimeout(resolve, round * 40));
    await kill();
    await eighth;
    server = await start();
    await tables.db.execute('UPDATE conversations SET lease_until = ? WHERE lease_until IS NOT NULL', [
      new Date(Date.now() - 1_000),
    ]);
    await tables.db.execute('UPDATE quota_holds SET lease_until = ?', [new Date(Date.now() - 1_000)]);
  }
  await eventually(async () => (await tables.db.query('SELECT turn_id FROM quota_holds')).length === 0);
  for (const alice of folk) {
    const [used] = await tables.db.query<{ n: number | string }>(
      'SELECT COUNT(*) AS n FROM usage_ledger WHERE user_id = ?',
      [alice.id],
    );
    await endLeases();
    await areDelivered(alice, Number(used?.n) >= 8 ? 1 : 0);
  }
}, 240_000);

it('what its process has died before telling is told by the next', async () => {
  const alice = await someone();
  await send(alice, 8);
  await areDelivered(alice, 1);
  // As if it had been killed behind the last turn.
  for (const table of ['quota_alerts', 'webhook_deliveries'])
    await tables.db.execute(`DELETE FROM ${table} WHERE user_id = ?`, [alice.id]);
  await kill();
  server = await start();
  await areDelivered(alice, 1);
}, 60_000);

it('nobody who listens: kept for when somebody does, and each told once to the end', async () => {
  const alice = await someone();
  answer = (response) => response.destroy();
  await send(alice, REQUESTS);
  await eventually(() => told.length >= ALERTS.length);
  await kill();
  answer = (response) => response.writeHead(204).end();
  told = [];
  server = await start();
  await endLeases();
  await areDelivered(alice, ALERTS.length);
  expect(told.map(({ data }) => data.threshold).sort((a, b) => a - b)).toEqual(ALERTS);
  await send(await someone(), 1);
  expect(told).toHaveLength(ALERTS.length);
}, 60_000);
