import { once } from 'node:events';
import { WebSocket } from 'ws';
import { register, signIn } from '../../factories/people';
import { eventually } from '../../harness/eventually';
import { SocketIoClient } from '../../harness/socket-io-client';
import { says, stall } from '../../harness/upstream';
import { WebSocketClient } from '../../harness/web-socket-client';
import { Db, Shutdown } from '#platform';
import { Talk } from '../chat/talk';
import { type AnySocket, rawSocket, ways } from './ways';

const MINUTE = 60_000;

let talk: Talk;

beforeAll(async () => {
  talk = await Talk.start();
});
afterAll(() => talk.stop());

const engineUrl = (transport: string): string => `${talk.app.baseUrl}/socket.io/?EIO=4&transport=${transport}`;
const closing = (socket: AnySocket) =>
  socket.closed.then((closed) => (typeof closed === 'string' ? closed : closed.code));

describe.each(ways.slice(0, 2))('over $name', ({ open }) => {
  const isRaw = open === ways[0]?.open;

  it('says when its token is about to expire, and ends with it', async () => {
    const person = await signIn(talk.app, talk.alice);
    const socket = await open(talk.app.baseUrl, person.token);
    talk.app.clock.advance(29 * MINUTE);
    const { expires_at } = await socket.next('session_expiring');
    expect(new Date(expires_at).getTime() - talk.app.clock.now()).toBe(MINUTE);
    talk.app.clock.advance(MINUTE);
    expect(await closing(socket)).toBe(isRaw ? 4401 : 'io server disconnect');
    const { events } = socket.inbox;
    expect(events.filter(({ type }) => type === 'session_expiring')).toHaveLength(1);
    if (!isRaw) expect(events.at(-1)).toMatchObject({ type: 'error', error: { code: 'AUTHENTICATION_ERROR' } });
  });

  it('stays open with a fresh token of the same user, and of nobody else', async () => {
    const [first, bob] = [await signIn(talk.app, talk.alice), await signIn(talk.app, talk.bob)];
    const socket = await open(talk.app.baseUrl, first.token);
    talk.app.clock.advance(29 * MINUTE);
    await socket.next('session_expiring');
    for (const [token, code] of [
      [(await signIn(talk.app, talk.bob)).token, 'AUTHORIZATION_ERROR'],
      [`${bob.token}x`, 'AUTHENTICATION_ERROR'],
    ]) {
      socket.say('authenticate', { token });
      expect(await socket.next()).toMatchObject({ type: 'error', error: { code } });
    }
    const fresh = await signIn(talk.app, talk.alice);
    socket.say('authenticate', { token: fresh.token });
    socket.say('ping');
    await socket.next('pong');
    talk.app.clock.advance(2 * MINUTE);
    const conversation_id = await talk.begin({}, fresh);
    socket.say('chat_message', { conversation_id, content: 'Still there?' });
    await socket.next('message_end');
    await socket.leave();
  });

  it('ends with its session, and what was begun there ends first', async () => {
    talk.upstream.answers(says('Hel', stall()));
    const person = await signIn(talk.app, talk.alice);
    const socket = await open(talk.app.baseUrl, person.token);
    const other = await open(talk.app.baseUrl, (await signIn(talk.app, talk.alice)).token);
    const conversation_id = await talk.begin({}, person);
    socket.say('chat_message', { conversation_id, content: 'Hi' });
    await socket.next('message_content');
    const { status } = await talk.post('auth/logout', {}, { token: person.token });
    expect(status).toBe(200);
    expect(await socket.next('message_end')).toMatchObject({ status: 'stopped' });
    expect(await closing(socket)).toBe(isRaw ? 4401 : 'io server disconnect');
    other.say('ping');
    await other.next('pong');
    await other.leave();
  });

  it('is ended by a flood', async () => {
    const person = await signIn(talk.app, talk.alice);
    const [socket, other] = [await open(talk.app.baseUrl, person.token), await open(talk.app.baseUrl, person.token)];
    for (let sent = 0; sent < 1_000; sent++) socket.say('ping');
    expect(await closing(socket)).toBe(isRaw ? 1008 : 'io server disconnect');
    expect(socket.inbox.events.length).toBeLessThan(200);
    other.say('ping');
    await other.next('pong');
    await other.leave();
  });

  it('is ended by a frame that is too large', async () => {
    const socket = await open(talk.app.baseUrl, (await signIn(talk.app, talk.alice)).token);
    socket.say('chat_message', { content: 'x'.repeat(64 * 1024) });
    expect(await closing(socket)).toEqual(isRaw ? 1009 : expect.stringMatching(/^transport/));
  });

  it('survives what cannot be read', async () => {
    const socket = await open(talk.app.baseUrl, (await signIn(talk.app, talk.alice)).token);
    const refused = { type: 'error', error: { code: 'VALIDATION_ERROR' } };
    if (socket instanceof WebSocketClient) {
      for (const frame of [
        '{',
        '',
        '[]',
        '7',
        '"ping"',
        '{"type":7}',
        '{"type":"ping","type":"ping"}',
        '['.repeat(30_000),
      ]) {
        socket.socket.send(frame);
        expect(await socket.next()).toMatchObject(refused);
      }
      socket.socket.send(Buffer.from('{"type":"ping"}'), { binary: true });
      expect(await socket.next()).toMatchObject(refused);
    } else {
      for (const payload of [
        7,
        'ping',
        [],
        null,
        Buffer.from('ping'),
        { token: Buffer.from('x') },
        JSON.parse('{"__proto__":{"a":1}}'),
      ]) {
        socket.socket.emit('authenticate', payload);
        expect(await socket.next()).toMatchObject(refused);
      }
      socket.socket.io.engine.write(`2["ping",${'['.repeat(30_000)}${']'.repeat(30_000)}]`);
      expect(await socket.next()).toMatchObject(refused);
    }
    socket.say('ping');
    await socket.next('pong');
    await socket.leave();
  });
});

describe('a flood of frames that are no events', () => {
  it.each(['ping', 'pong'] as const)('ends a raw socket: %s', async (frame) => {
    const socket = await rawSocket(talk, (await signIn(talk.app, talk.alice)).token);
    for (let sent = 0; sent < 1_000; sent++) socket.socket[frame]();
    await socket.closed;
  });

  it.each(['ping', 'pong'] as const)('ends Socket.IO below it: %s', async (frame) => {
    const { token } = await signIn(talk.app, talk.alice);
    const socket = await SocketIoClient.open(talk.app.baseUrl, { auth: { token }, transports: ['websocket'] });
    const { ws } = socket.socket.io.engine.transport as unknown as { ws: WebSocket };
    for (let sent = 0; sent < 1_000; sent++) ws[frame]();
    expect(await socket.closed).toMatch(/^transport/);
  });

  it('ends who has not said who he is', async () => {
    const nobody = new WebSocket(engineUrl('websocket').replace(/^http/, 'ws'));
    let answers = 0;
    nobody.on('message', () => answers++);
    await once(nobody, 'message');
    for (let sent = 0; sent < 1_000; sent++) nobody.send('40/elsewhere,');
    await once(nobody, 'close');
    expect(answers).toBeLessThan(200);
  });
});

it('ends a long-polling client whose frame is too large', async () => {
  const { token } = await signIn(talk.app, talk.alice);
  const opened = await (await fetch(engineUrl('polling'))).text();
  const { sid } = JSON.parse(opened.slice(1)) as { sid: string };
  const url = `${engineUrl('polling')}&sid=${sid}`;
  const post = async (body: string) => (await fetch(url, { method: 'POST', body })).status;
  expect(await post(`40${JSON.stringify({ token })}`)).toBe(200);
  expect(await post(`42["ping","${'x'.repeat(64 * 1024)}"]`)).toBe(413);
  await eventually(async () => (await post('2')) === 400);
});

it('ends soon with an account that was closed where nobody could tell', async () => {
  const person = await register(talk.app);
  const sockets = await Promise.all(Array.from({ length: 12 }, () => rawSocket(talk, person.token)));
  await talk.app.nest.get(Db).execute('UPDATE users SET is_active = ? WHERE id = ?', [false, person.id]);
  // By then what is known of him is asked for again.
  talk.app.clock.advance(3_000);
  const codes = new Set<unknown>();
  const allClosed = Promise.all(sockets.map(async (socket) => codes.add(await closing(socket))));
  let isOver = false;
  void allClosed.then(() => (isOver = true));
  await eventually(() => isOver, 2_000);
  expect([...codes]).toEqual([4401]);
});

it('closes raw sockets whose other side is gone', async () => {
  const { token } = await signIn(talk.app, talk.alice);
  const [gone, there] = [await rawSocket(talk, token), await rawSocket(talk, token)];
  gone.socket.pause();
  const pinged = new Promise((resolve) => there.socket.once('ping', resolve));
  talk.app.clock.advance(25_000);
  await pinged;
  await new Promise((resolve) => there.socket.once('ping', resolve).once('pong', resolve).ping());
  const closed = () => talk.app.logLines.filter((line) => line.includes('socket closed')).length;
  const before = closed();
  talk.app.clock.advance(15_000);
  await eventually(() => closed() > before);
  gone.socket.resume();
  expect(await closing(gone)).toBe(1006);
  there.say('ping');
  await there.next('pong');
  await there.leave();
});

it('acknowledges over Socket.IO', async () => {
  const { token } = await signIn(talk.app, talk.alice);
  const socket = await SocketIoClient.open(talk.app.baseUrl, { auth: { token } });
  const conversation_id = await talk.begin({}, { token });
  const sent = await socket.ask('chat_message', { conversation_id, content: 'Hi' });
  const start = await socket.next('message_start');
  expect(sent).toEqual({
    success: true,
    data: { message_id: start.message_id, user_message_id: start.user_message_id },
  });
  expect(await socket.ask('stop', { message_id: 'x' })).toMatchObject({
    success: false,
    error: { code: 'VALIDATION_ERROR' },
  });
  expect(await socket.ask('ping')).toEqual({ success: true, data: {} });
  await socket.leave();
});

it('lets running answers end when the process does', async () => {
  const ending = await Talk.start();
  const gate = ending.upstream.gate();
  ending.upstream.answers(says('Hel', gate, 'lo'));
  const { baseUrl } = ending.app;
  const idle = [await rawSocket(ending, ending.alice.token)];
  const busy = await rawSocket(ending, ending.alice.token);
  const io = await SocketIoClient.open(baseUrl, { auth: { token: ending.bob.token } });
  busy.say('chat_message', { conversation_id: await ending.begin(), content: 'Hi' });
  await busy.next('message_content');
  const ended = ending.app.nest.get(Shutdown).begin(20_000);
  expect(await Promise.all(idle.map(closing))).toEqual([1012]);
  expect(await io.closed).toBe('transport close');
  expect(io.inbox.events.at(-1)).toMatchObject({ type: 'error', error: { code: 'SERVICE_UNAVAILABLE' } });
  await expect(rawSocket(ending, ending.alice.token)).rejects.toMatchObject({ status: 503 });
  gate.open();
  expect((await busy.inbox.answer(3)).end).toMatchObject({ type: 'message_end', status: 'complete' });
  expect(await closing(busy)).toBe(1012);
  await ended;
  await ending.stop();
});

it('leaves nothing behind', async () => {
  const metrics = async () => (await talk.app.api.get('/metrics')).text;
  await eventually(async () => !/chat_open_(sockets|streams)\{[^}]*\} [1-9]/.test(await metrics()));
});
