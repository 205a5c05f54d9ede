import { once } from 'node:events';
import { WebSocket } from 'ws';
import { Shutdown } from '#platform';
import { AskSocketParts } from '../../../apps/api/src/compat/ask/websocket/ask-socket-parts';
import { signIn } from '../../factories/people';
import { AskSocketClient } from '../../harness/ask-socket-client';
import { eventually } from '../../harness/eventually';
import { cut, says, stall } from '../../harness/upstream';
import { Talk } from '../chat/talk';
import { rawSocket } from '../realtime/ways';
import { askPortOf } from './doors';

const NO_ID = '019b76da-a800-7000-8000-000000000099';

let talk: Talk;

beforeAll(async () => {
  talk = await Talk.start({ ASK_WS_PORT: '0', CORS_ORIGINS: 'https://chat.example.com' });
});
beforeEach(() => talk.anew());
afterAll(() => talk.stop());

const connect = (token = talk.alice.token): Promise<AskSocketClient> =>
  AskSocketClient.open(askPortOf(talk), { token });

it('answers in raw text, with the prompt as it was written, and goes on where the end says', async () => {
  const [client, device] = [await connect(), await rawSocket(talk, talk.alice.token)];
  talk.upstream.answers(says('Hé', 'l😀'), says('Two'));
  const { text, end } = await client.ask('<|ask|>$new$new$It costs $5, or $6?\nHow much?');
  expect(text).toBe('Hél😀');
  const [, conversation = '', parent = ''] = /^<\|end\|>\$([^$]+)\$([^$]+)$/.exec(end) ?? [];
  expect(talk.upstream.calls[0]?.body?.messages.at(-1)?.content).toBe('It costs $5, or $6?\nHow much?');
  expect((await device.next('message_created')).conversation_id).toBe(conversation);
  expect((await client.ask(`<|ask|>$${conversation}$${parent}$And?`)).text).toBe('Two');
  expect(await talk.answerIn(conversation)).toMatchObject({ content: 'Two', status: 'complete' });
  await Promise.all([client.leave(), device.leave()]);
});

it('takes its token from the header as well, and refuses who has none before it opens, and other pages', async () => {
  const headers = { authorization: `Bearer ${talk.alice.token}` };
  await (await AskSocketClient.open(askPortOf(talk), { headers })).leave();
  for (const [status, refused] of [
    [401, {}],
    [403, { ...headers, origin: 'https://elsewhere.example.com' }],
  ] as const) {
    const socket = new WebSocket(`ws://127.0.0.1:${askPortOf(talk)}/`, { headers: refused });
    socket.on('error', () => undefined);
    const [, answer] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
    expect(answer.statusCode).toBe(status);
    socket.terminate();
  }
});

it('says what is wrong, and how it is written', async () => {
  const client = await connect();
  const theirs = await talk.begin({}, talk.bob);
  for (const frame of ['hello', '<|ask|>', '<|ask|>$new$new', Buffer.from('<|ask|>$new$new$Hi')]) {
    expect((await client.ask(frame)).end).toBe('<|err|>$Write <|ask|>$CONVERSATION|new$PARENT|new$prompt');
  }
  for (const [frame, error] of [
    [`<|ask|>$${NO_ID}$new$Hi`, 'RESOURCE_NOT_FOUND'],
    [`<|ask|>$${theirs}$new$Hi`, 'RESOURCE_NOT_FOUND'],
    ['<|ask|>$new$nonsense$Hi', 'VALIDATION_ERROR'],
    ['<|ask|>$new$new$ ', 'VALIDATION_ERROR'],
  ] as const) {
    expect((await client.ask(frame)).end).toMatch(new RegExp(`^<\\|err\\|>\\$${error}\\$.`));
  }
  talk.upstream.answers(says('Hel', cut('reset')));
  expect(await client.ask('<|ask|>$new$new$Hi')).toEqual({
    ...{ text: 'Hel', end: '<|err|>$OPENAI_API_ERROR$The language model cannot be reached' },
  });
  await client.leave();
});

it('closes for frames that are too large, and for a flood', async () => {
  const large = await connect();
  large.socket.send('x'.repeat(64 * 1024 + 1));
  expect((await large.closed).code).toBe(1009);
  const flooding = await connect();
  for (let n = 0; n < 130; n++) flooding.socket.send('hello');
  expect((await flooding.closed).code).toBe(1008);
});

it('keeps no more than a little for one who does not read, and nobody else waiting', async () => {
  const made = jest.spyOn(talk.app.nest.get(AskSocketParts), 'socket');
  const whole = 'a long answer 😀 '.repeat(300_000);
  talk.upstream.otherwise(says(...(whole.match(/.{1,40000}/gu) ?? [])));
  const [slow, quick] = [await connect(), await connect(talk.bob.token)];
  const [[server] = []] = made.mock.calls;
  const conversation = await talk.begin();
  const answer = slow.ask(`<|ask|>$${conversation}$new$Much`);
  slow.socket.pause();
  await eventually(async () => (await talk.answerIn(conversation))?.status === 'complete', 20_000);
  expect((await talk.answerIn(conversation))?.content).toHaveLength(whole.length);
  expect((await quick.ask('<|ask|>$new$new$Much')).text).toHaveLength(whole.length);
  expect(server?.bufferedAmount).toBeGreaterThan(0);
  expect(server?.bufferedAmount).toBeLessThan(400 * 1024);
  slow.socket.resume();
  expect((await answer).text).toBe(whole);
  await Promise.all([slow.leave(), quick.leave()]);
  made.mockRestore();
});

it('stops and closes with the session that asked', async () => {
  const session = await signIn(talk.app, talk.alice);
  const client = await connect(session.token);
  talk.upstream.answers(says('Hel', stall()));
  const conversation = await talk.begin();
  const answer = client.ask(`<|ask|>$${conversation}$new$Hi`);
  await once(client.socket, 'message');
  await talk.app.api.post('/api/v1/auth/logout', undefined, { token: session.token });
  expect((await answer).end).toMatch(/^<\|end\|>/);
  expect((await client.closed).code).toBe(4401);
  expect((await talk.answerIn(conversation))?.status).toBe('stopped');
});

it('lets what runs finish at the end', async () => {
  const other = await Talk.start({ ASK_WS_PORT: '0' });
  const open = (): Promise<AskSocketClient> => AskSocketClient.open(askPortOf(other), { token: other.alice.token });
  const [idle, asking] = [await open(), await open()];
  const gate = other.upstream.gate();
  other.upstream.answers(says('Hel', gate, 'lo'));
  const answer = asking.ask('<|ask|>$new$new$Hi');
  await once(asking.socket, 'message');
  const ended = other.app.nest.get(Shutdown).begin(10_000);
  expect((await idle.closed).code).toBe(1012);
  gate.open();
  expect((await answer).text).toBe('Hello');
  expect((await asking.closed).code).toBe(1012);
  await ended;
  await other.stop();
});
