import type { Turn, TurnError } from '#chat';
import type { Actor } from '#kernel';
import { createTestDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/databases/test-database';
import { eventually } from '../harness/eventually';
import { connectRedis, endRedis, startRedis } from '../harness/redis-clients';
import { describeWithRedis, type RedisServer } from '../harness/redis-server';
import { cut, says, startUpstream, type Upstream } from '../harness/upstream';
import { Replica } from './replica';

const CHANNELS = 'chatgpt:turns*';

let upstream: Upstream;
let database: TestDatabase;
let redis: RedisServer;
let here: Replica;
let there: Replica;
let further: Replica;
let actor: Actor;

const start = (environment?: Record<string, string>): Promise<Replica> =>
  Replica.start({ database, upstream, redisUrl: redis.url, environment });

/** Has the pieces said one by one: `next` lets one more come. */
function piecewise(...pieces: readonly string[]): { next: () => void; whole: string } {
  const gates = pieces.map(() => upstream.gate());
  upstream.answers(says(...pieces.flatMap((piece, n) => (n === 0 ? [piece] : [gates[n] ?? '', piece]))));
  let come = 0;
  return { next: () => gates[++come]?.open(), whole: pieces.join('') };
}

describeWithRedis('an answer that another replica writes, with Redis', () => {
  beforeAll(async () => {
    redis = await startRedis();
    [upstream, database] = await Promise.all([startUpstream(), createTestDatabase()]);
    [here, there, further] = await Promise.all([start(), start(), start()]);
    actor = await here.someone();
  });
  beforeEach(async () => {
    upstream.reset();
    await Promise.all([here, there, further].map((replica) => replica.isOneOf(3)));
  });
  afterAll(async () => {
    await Promise.all([here, there, further].map((replica) => replica.stop()));
    await Promise.all([upstream.close(), database.drop(), endRedis()]);
  });

  it('is heard piece by piece, and ends as its row does', async () => {
    const { next, whole } = piecewise('Hel', 'lo, ', 'world');
    const turn = await here.open(actor);
    const lookAgain = there.looksNoMore();
    const listener = await there.follow(actor, turn);
    await listener.heard('Hel');
    next();
    await listener.heard('Hello, ');
    next();
    await listener.heard(whole);
    lookAgain();
    expect(await listener.end).toMatchObject({ type: 'end', message: { status: 'complete', content: whole } });
    expect(await listener.end).toMatchObject({ message: await here.find(actor, turn) });
  });

  it('is the same to whoever joins when, wherever, and from wherever', async () => {
    const pieces = Array.from({ length: 300 }, (_, n) => (n % 3 === 0 ? '日本' : n % 3 === 1 ? '👋' : ` ${n} `));
    const whole = pieces.join('');
    const half = whole.slice(0, 500).isWellFormed() ? 500 : 501;
    const gate = upstream.gate();
    // Unit by unit: the halves of a pair come apart.
    const units = whole.split('');
    upstream.answers(says(...units.slice(0, half), gate, ...units.slice(half)));
    const turn = await here.open(actor);
    const offsets = [0, 1, 2, 3, 100, 499, 500, 501, 502, whole.length, whole.length + 5];
    const join = (replica: Replica) => Promise.all(offsets.map((offset) => replica.follow(actor, turn, offset)));
    const early = await join(there);
    await early[0]?.heard(whole.slice(0, half));
    const later = [join(further), join(here)];
    gate.open();
    const latest = [join(there), join(further)];
    const listeners = [early, ...(await Promise.all([...later, ...latest]))];
    for (const each of listeners) {
      const ends = await Promise.all(each.map(({ end }) => end));
      expect(ends.map((end) => end?.type)).toEqual(offsets.map(() => 'end'));
      expect(each.map(({ text }) => text)).toEqual(offsets.map((offset) => whole.slice(offset)));
    }
  });

  it('is told to those who come later, without the database', async () => {
    const { next, whole } = piecewise('one ', 'two ', 'three');
    const turn = await here.open(actor);
    const lookAgain = [there.looksNoMore(), further.looksNoMore()];
    const first = await there.follow(actor, turn);
    next();
    await first.heard('one two ');
    const second = await further.follow(actor, turn);
    await second.heard('one two ');
    next();
    await Promise.all([first.heard(whole), second.heard(whole)]);
    for (const look of lookAgain) look();
    expect(await first.end).toEqual(await second.end);
  });

  it('is told to nobody where nobody follows it elsewhere', async () => {
    const said: string[] = [];
    const subscriber = await connectRedis(redis.url).duplicate();
    await subscriber.pSubscribe(CHANNELS, (message) => said.push(message));
    upstream.answers(says('not ', 'followed'), says('followed', upstream.gate()));
    const quiet = await here.follow(actor, await here.open(actor));
    expect(await quiet.end).toMatchObject({ type: 'end' });
    const turn = await here.open(actor);
    await there.follow(actor, turn);
    await eventually(() => said.some((message) => message.includes('"followed"')));
    expect(said.filter((message) => message.includes('not '))).toEqual([]);
    await there.chat.stopTurn(actor, turn.messageId);
  });

  it('is stopped from elsewhere within a second', async () => {
    upstream.answers(says('Hel', upstream.gate(), 'lo'));
    const turn = await here.open(actor);
    const began = performance.now();
    const stopped = await there.chat.stopTurn(actor, turn.messageId);
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(stopped).toMatchObject({ status: 'stopped', content: 'Hel' });
  });

  it('fails elsewhere as it fails here', async () => {
    const gate = upstream.gate();
    upstream.answers(says('Hel', gate, cut('reset')));
    const turn = await here.open(actor);
    const listeners = [await here.follow(actor, turn), await there.follow(actor, turn)];
    await Promise.all(listeners.map((listener) => listener.heard('Hel')));
    gate.open();
    const [local, distant] = await Promise.all(listeners.map(({ end }) => end as Promise<TurnError>));
    expect(local?.type).toBe('error');
    expect(Object.entries(distant?.error ?? {})).toEqual(Object.entries(local?.error ?? {}));
    expect(distant?.error.code).toBe('OPENAI_API_ERROR');
  });

  it('goes on while Redis is away, and is heard again when it is back', async () => {
    const { next, whole } = piecewise('one ', 'two ', 'three ', 'four');
    const turn = await here.open(actor);
    const listener = await there.follow(actor, turn);
    await listener.heard('one ');
    await redis.kill();
    next();
    await listener.heard('one two ');
    await redis.restart();
    await Promise.all([here, there, further].map((replica) => replica.isOneOf(3)));
    const lookAgain = there.looksNoMore();
    next();
    await listener.heard('one two three ', 5_000);
    lookAgain();
    next();
    await listener.heard(whole);
    expect(await listener.end).toMatchObject({ type: 'end', message: { content: whole, status: 'complete' } });
  });
});

describeWithRedis('with CHAT_ON_DISCONNECT=abort and Redis', () => {
  let turn: Turn;

  beforeAll(async () => {
    redis = await startRedis();
    [upstream, database] = await Promise.all([startUpstream(), createTestDatabase()]);
    [here, there] = await Promise.all([start({ CHAT_ON_DISCONNECT: 'abort' }), start({ CHAT_ON_DISCONNECT: 'abort' })]);
    await Promise.all([here, there].map((replica) => replica.isOneOf(2)));
    actor = await here.someone();
  });
  afterAll(async () => {
    await Promise.all([here.stop(), there.stop()]);
    await Promise.all([upstream.close(), database.drop(), endRedis()]);
  });

  it('an answer goes on while it is followed elsewhere, and half a minute', async () => {
    const { next } = piecewise('one ', 'two ', 'never');
    turn = await here.open(actor);
    const [local, distant] = [await here.follow(actor, turn), await there.follow(actor, turn)];
    await Promise.all([local.heard('one '), distant.heard('one ')]);
    local.leave();
    next();
    await distant.heard('one two ');
    distant.leave();
    here.app.clock.advance(29_999);
    expect((await here.find(actor, turn)).status).toBe('streaming');
    here.app.clock.advance(1);
    await eventually(async () => (await here.find(actor, turn)).status === 'stopped');
    expect((await here.find(actor, turn)).content).toBe('one two ');
  });
});
