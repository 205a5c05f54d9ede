import { DataSource } from 'typeorm';
import type { Actor } from '#kernel';
import { TokenCounter } from '#llm';
import { createTestDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/databases/test-database';
import { eventually } from '../harness/eventually';
import { says, startUpstream, type Upstream } from '../harness/upstream';
import { Listener } from './listener';
import { Replica } from './replica';

const LEASE_MS = 15_000;

let upstream: Upstream;
let database: TestDatabase;
let here: Replica;
let there: Replica;
let actor: Actor;

const start = (): Promise<Replica> => Replica.start({ database, upstream, redisUrl: '' });

beforeAll(async () => {
  [upstream, database] = await Promise.all([startUpstream(), createTestDatabase()]);
  [here, there] = await Promise.all([start(), start()]);
  actor = await here.someone();
});
beforeEach(() => upstream.reset());
afterEach(() => jest.restoreAllMocks());
afterAll(async () => {
  await Promise.all([here.stop(), there.stop()]);
  await Promise.all([upstream.close(), database.drop()]);
});

describe('an answer that another replica writes, without Redis', () => {
  it('is followed from anywhere in it', async () => {
    const gate = upstream.gate();
    upstream.answers(says('Hello 👋 ', gate, 'wor', 'ld'));
    const turn = await here.open(actor);
    const listeners = await Promise.all([0, 7, 9, 50].map((offset) => there.follow(actor, turn, offset)));
    await listeners[0]?.heard('Hello 👋 ');
    gate.open();
    for (const { end } of listeners) expect(await end).toMatchObject({ type: 'end', message: { status: 'complete' } });
    expect(listeners.map(({ text }) => text)).toEqual(['Hello 👋 world', '\udc4b world', 'world', '']);
  });

  it('is followed by one who left, and came back at once', async () => {
    const gate = upstream.gate();
    upstream.answers(says('Hel', gate, 'lo'));
    const turn = await here.open(actor);
    const first = await there.follow(actor, turn);
    first.leave();
    expect(await first.end).toBeUndefined();
    const second = await there.follow(actor, turn);
    await second.heard('Hel');
    gate.open();
    expect(await second.end).toMatchObject({ type: 'end' });
    expect(second.text).toBe('Hello');
  });

  it('is followed by one who begins to read when the last other has left', async () => {
    const gate = upstream.gate();
    upstream.answers(says('Hel', gate, 'lo'));
    const turn = await here.open(actor);
    const first = await there.follow(actor, turn);
    const followed = await there.chat.followTurn(actor, turn.messageId);
    first.leave();
    const second = new Listener(followed.read(0), 0);
    gate.open();
    expect(await second.end).toMatchObject({ type: 'end' });
    expect(second.text).toBe('Hello');
  });

  it('is stopped from elsewhere within eight seconds', async () => {
    upstream.answers(says('Hel', upstream.gate(), 'lo'));
    const turn = await here.open(actor);
    const began = performance.now();
    const stopped = await there.chat.stopTurn(actor, turn.messageId);
    expect(performance.now() - began).toBeLessThan(8_000);
    expect(stopped).toMatchObject({ status: 'stopped', content: 'Hel' });
  });

  it('is ended by others when its writer is gone', async () => {
    const lost = await start();
    upstream.answers(says('Hel', upstream.gate(), 'lo'));
    const turn = await lost.open(actor);
    const listener = await there.follow(actor, turn);
    await listener.heard('Hel');
    await lost.app.nest.get(DataSource).destroy();
    there.app.clock.advance(LEASE_MS);
    expect(await listener.end).toMatchObject({ type: 'end', message: { status: 'interrupted', content: 'Hel' } });
    there.app.clock.advance(-LEASE_MS);
    await lost.stop();
  });
});

describe('stopping an answer', () => {
  it('is not waited for without end, where what came cannot be stored', async () => {
    upstream.answers(says('Hel', upstream.gate(), 'lo'));
    const turn = await here.open(actor);
    const tokens = here.app.nest.get(TokenCounter);
    let store: (tokens: number) => void = () => undefined;
    jest.spyOn(tokens, 'count').mockReturnValueOnce(new Promise((resolve) => (store = resolve)));
    expect(await here.chat.stopTurn(actor, turn.messageId)).toMatchObject({ status: 'streaming' });
    store(1);
    await eventually(async () => (await here.find(actor, turn)).status === 'stopped');
  });
});
