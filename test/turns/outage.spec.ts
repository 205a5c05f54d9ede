import { DataSource } from 'typeorm';
import type { Actor } from '#kernel';
import { TcpProxy } from '../harness/tcp-proxy';
import { eventually } from '../harness/eventually';
import { says } from '../harness/upstream';
import { hear, hearUntil, type TurnProcess, turnSuite } from './turn-suite';

const suite = turnSuite();

/** A process whose database can go away and come back. */
interface Cut {
  readonly process: TurnProcess;
  away(): Promise<unknown>;
  back(): Promise<unknown>;
}

let proxy: TcpProxy | undefined;
let cut: Cut;
let alice: Actor;
let id: string;

async function behindProxy(): Promise<Cut> {
  const url = new URL(suite.database.url);
  const behind = new TcpProxy(url.hostname, Number(url.port) || (url.protocol.startsWith('postgres') ? 5432 : 3306));
  proxy = behind;
  await behind.open();
  url.host = `127.0.0.1:${behind.port}`;
  const process = await suite.another({ DATABASE_URL: url.href });
  return { process, away: () => behind.close(), back: () => behind.open() };
}

/** A file that may not be written is as good as away. */
async function onFile(): Promise<Cut> {
  const process = await suite.another();
  const writable = (value: string) => process.app.nest.get(DataSource).query(`PRAGMA query_only = ${value}`);
  return { process, away: () => writable('ON'), back: () => writable('OFF') };
}

beforeAll(async () => {
  cut = await (suite.database.url.startsWith('sqlite') ? onFile() : behindProxy());
}, 60_000);
afterAll(() => proxy?.close());
beforeEach(async () => {
  alice = await suite.here.someone();
  id = await suite.here.begin(alice);
});

it('a turn that ends while the database is away is stored when it is back, and ends then', async () => {
  const gate = suite.upstream.gate();
  suite.upstream.answers(says('one', gate, ' two'));
  const turn = await cut.process.send(alice, id, 'Hi');
  await hearUntil(turn, 'one');
  await cut.away();
  const heard = hear(turn);
  gate.open();
  await suite.upstream.calls[0]?.ended;
  await hearUntil(turn, 'two');
  await cut.back();
  expect(await heard).toMatchObject({ text: 'one two', end: { type: 'end', message: { status: 'complete' } } });
  expect(await suite.here.message(turn.messageId)).toMatchObject({ status: 'complete', content: 'one two' });
  expect(await suite.here.ledger(alice)).toHaveLength(1);
  expect(await suite.here.holds(alice)).toBe(0);
}, 40_000);

it('readers are told when it is away for long; what came is stored all the same', async () => {
  const gate = suite.upstream.gate();
  suite.upstream.answers(says('one', gate, ' two'));
  const turn = await cut.process.send(alice, id, 'Hi');
  await hearUntil(turn, 'one');
  await cut.away();
  gate.open();
  const { text, end } = await hear(turn);
  expect([text, end]).toMatchObject(['one two', { type: 'error', error: { kind: 'database_unavailable' } }]);
  await cut.back();
  await eventually(async () => (await suite.here.message(turn.messageId))?.status === 'complete', 20_000);
  expect(await suite.here.message(turn.messageId)).toMatchObject({ content: 'one two' });
  expect(await suite.here.holds(alice)).toBe(0);
}, 60_000);
