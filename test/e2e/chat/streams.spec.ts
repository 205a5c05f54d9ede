import type { Server, Socket } from 'node:net';
import type { OpenAPIObject } from '@nestjs/swagger';
import { register } from 'prom-client';
import { newId } from '#kernel';
import { Shutdown } from '#platform';
import { eventually } from '../../harness/eventually';
import { OpenApiCheck } from '../../harness/openapi-check';
import { invalid, NOT_FOUND, outcome, type Reply } from '../../harness/reply';
import { type SseEvent, textOf } from '../../harness/sse-client';
import { cut, fails, says, stall } from '../../harness/upstream';
import { Talk } from './talk';

const usage = { prompt_tokens: 8, completion_tokens: 2, total_tokens: 10 };
const hi = { content: 'Hi' };
const TEXT = 'a😀é\n\r"\\\u2028\u0001👩‍👧z';

let talk: Talk;
let conversation: string;

beforeAll(async () => {
  talk = await Talk.start();
});
beforeEach(async () => {
  await talk.anew();
  conversation = await talk.begin();
});
afterAll(() => talk.stop());

const openStreams = async (): Promise<number | undefined> =>
  (await register.getSingleMetric('chat_open_streams')?.get())?.values[0]?.value;

/** The id of an answer that is over. */
async function answered(text: string): Promise<string> {
  talk.upstream.answers(says(text, { usage }));
  const sent = await talk.send(conversation, hi);
  return sent.body.data.assistant_message?.id ?? '';
}

const lastOf = (events: readonly SseEvent[]) => events.at(-1)?.data;

it('is these bytes and these headers', async () => {
  const gate = talk.upstream.gate();
  talk.upstream.answers(says('He', gate, 'l😀\n', { usage }));
  const stream = await talk.stream(conversation, hi, { 'accept-encoding': 'gzip' });
  const start = await stream.nextBlock();
  expect(await stream.nextBlock()).toBe('id: 2\ndata: {"type":"content","content":"He"}');
  gate.open();
  expect(await stream.nextBlock()).toBe('id: 6\ndata: {"type":"content","content":"l😀\\n"}');
  const end = await stream.nextBlock();
  expect(await stream.nextBlock()).toBeUndefined();
  const answer = await talk.answerIn(conversation);
  expect(start).toBe(
    `id: 0\ndata: {"type":"start","message_id":"${answer?.id}","user_message_id":"${answer?.parent_id}",` +
      `"conversation_id":"${conversation}","quota":{"requests_remaining":49,"tokens_remaining":8992}}`,
  );
  expect(end).toMatch(
    new RegExp(
      `^data: {"type":"end","message_id":"${answer?.id}","status":"complete","finish_reason":"stop",` +
        '"usage":{"prompt_tokens":8,"completion_tokens":2,"total_tokens":10},"cost_estimate":[\\d.e-]+,' +
        '"quota":{"requests_remaining":49,"tokens_remaining":9990}}$',
    ),
  );
  expect(stream.response.headers).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
    'x-conversation-id': conversation,
    'x-quota-requests-remaining': '49',
    'x-quota-tokens-remaining': '8992',
    'x-request-id': expect.any(String) as string,
  });
  expect(stream.response.headers['content-encoding']).toBeUndefined();
  expect(stream.status).toBe(200);
});

it.each([
  ['messages/stream', { conversation_id: true }],
  ['messages', { conversation_id: true, stream: true }],
  ['conversations/:id/messages', { stream: true }],
  ['conversations/:id/messages/stream', { stream: false }],
])('is had at %s with %j', async (path, extra) => {
  const { token } = talk.alice;
  const body = { ...hi, ...extra, ...('conversation_id' in extra && { conversation_id: conversation }) };
  const stream = await talk.open(path.replace(':id', conversation), { token, body });
  const events = await stream.rest();
  expect(events.map(({ data }) => data.type)).toEqual(expect.arrayContaining(['start', 'content', 'end']));
  expect(textOf(events)).toBe('You said: Hi');
});

it('is as the document says', async () => {
  const document = JSON.parse((await talk.app.api.get('/openapi.json')).text) as OpenAPIObject;
  const check = new OpenApiCheck(document);
  talk.upstream.answers(says('Hello', { usage }), says('Hel', cut()));
  const events = [await talk.stream(conversation, hi), await talk.stream(await talk.begin(), hi)].map((s) => s.rest());
  const path = `/api/v1/conversations/${conversation}/messages/stream`;
  const types = (await Promise.all(events)).flat().map(({ data: body }) => {
    check.check({ method: 'POST', path, status: 200, mediaType: 'text/event-stream', body });
    return body.type;
  });
  expect(new Set(types)).toEqual(new Set(['start', 'content', 'end', 'error']));
});

it('tells with each id how much there is, in UTF-16 units', async () => {
  talk.upstream.answers(says(...TEXT, { usage }));
  const events = await (await talk.stream(conversation, hi)).rest();
  let text = '';
  for (const { id, data } of events) {
    if (data.type === 'content') text += data.content;
    expect(id).toBe(data.type === 'end' ? undefined : String(text.length));
  }
  expect(text).toBe(TEXT);
  expect((await talk.answerIn(conversation))?.content).toBe(TEXT);
});

it.each([
  [429, '429 OPENAI_API_ERROR'],
  [500, '503 OPENAI_API_ERROR'],
])('has not begun when the upstream answers %i, which stays a status', async (status, expected) => {
  talk.upstream.answers(fails(status));
  expect(outcome(await talk.post(`conversations/${conversation}/messages/stream`, hi))).toBe(expected);
});

it('ends with an error, in the language asked for, when what had begun breaks off', async () => {
  const gate = talk.upstream.gate();
  talk.upstream.answers(says('Hel', gate, cut()));
  const stream = await talk.stream(conversation, hi, { 'accept-language': 'zh' });
  gate.open();
  const events = await stream.rest();
  expect(textOf(events)).toBe('Hel');
  expect(lastOf(events)).toEqual({
    type: 'error',
    error: expect.objectContaining({
      code: 'OPENAI_API_ERROR',
      message: expect.stringMatching(/语言模型/) as string,
    }) as unknown,
  });
  expect(await talk.answerIn(conversation)).toMatchObject({ content: 'Hel', status: 'interrupted' });
});

it('is over for its turn when it is stopped', async () => {
  const gate = talk.upstream.gate();
  talk.upstream.answers(says('Hel', gate, 'lo'));
  const stream = await talk.stream(conversation, hi);
  const [start, content] = [await stream.next(), await stream.next()];
  if (start?.data.type !== 'start') throw new Error('it did not start');
  expect(content?.data).toEqual({ type: 'content', content: 'Hel' });
  const stopped = await talk.post(`messages/${start.data.message_id}/stop`, {});
  expect(stopped.body.data).toMatchObject({ content: 'Hel', status: 'stopped' });
  expect(lastOf(await stream.rest())).toMatchObject({ type: 'end', status: 'stopped', finish_reason: null });
  const call = await talk.upstream.nextCall();
  await call.ended;
});

describe('attached to an answer that is over', () => {
  it('gives the rest from each offset, byte for byte', async () => {
    const message = await answered(TEXT);
    const whole = await (await talk.attach(message)).rest();
    for (let offset = 0; offset <= TEXT.length + 1; offset++) {
      const events = await (await talk.attach(message, `?offset=${offset}`)).rest();
      expect(events.at(0)).toEqual({ ...whole[0], id: String(offset) });
      expect(textOf(events)).toBe(TEXT.slice(offset));
      expect(lastOf(events)).toEqual(lastOf(whole));
      const resumed = await (await talk.attach(message, '', { 'last-event-id': String(offset) })).rest();
      expect(resumed).toEqual(events);
    }
    expect(lastOf(whole)).toMatchObject({ type: 'end', status: 'complete', usage });
  });

  it('takes the offset before the last event', async () => {
    const message = await answered('Hello');
    const events = await (await talk.attach(message, '?offset=4', { 'last-event-id': 'two' })).rest();
    expect(textOf(events)).toBe('o');
    expect((await (await talk.attach(message, `?offset=${2 ** 31}`)).rest()).length).toBe(2);
  });

  it.each(['-1', '1.5', 'a', '', '1e3', String(2 ** 31 + 1), '9'.repeat(30)])('takes no %j', async (offset) => {
    const message = await answered('Hello');
    const { token } = talk.alice;
    const path = `/api/v1/messages/${message}/stream`;
    expect(outcome(await talk.app.api.get<Reply>(`${path}?offset=${offset}`, { token }))).toBe(invalid('offset'));
    const headers = { 'last-event-id': offset };
    expect(outcome(await talk.app.api.get<Reply>(path, { token, headers }))).toBe(invalid('Last-Event-ID'));
  });

  it('finds answers alone', async () => {
    const answer = await talk.message(await answered('Hello'));
    const { token } = talk.alice;
    for (const id of [answer.parent_id, newId(), '1', conversation]) {
      expect(outcome(await talk.app.api.get<Reply>(`/api/v1/messages/${id}/stream`, { token }))).toBe(NOT_FOUND);
    }
  });
});

it('is read by several at once, each from where he is', async () => {
  const gates = [talk.upstream.gate(), talk.upstream.gate()] as const;
  const [first, second, third] = ['a😀b', '\u0001c', 'é😀'];
  talk.upstream.answers(says(first, gates[0], second, gates[1], third, { usage }));
  const stream = await talk.stream(conversation, hi);
  const { id = '' } = (await talk.answerIn(conversation)) ?? {};
  const all = first + second + third;
  const offsets = [0, 1, 2, 3, 4, 5, 7, 9];
  const early = await Promise.all(offsets.map((offset) => talk.attach(id, `?offset=${offset}`)));
  gates[0].open();
  const late = await Promise.all(offsets.map((offset) => talk.attach(id, '', { 'last-event-id': String(offset) })));
  gates[1].open();
  expect(textOf(await stream.rest())).toBe(all);
  for (const readers of [early, late]) {
    const read = await Promise.all(readers.map((reader) => reader.rest()));
    expect(read.map(textOf)).toEqual(offsets.map((offset) => all.slice(offset)));
    expect(read.map((events) => lastOf(events)?.type)).toEqual(offsets.map(() => 'end'));
  }
});

it('is answered to HEAD by its headers, at once', async () => {
  const gate = talk.upstream.gate();
  talk.upstream.answers(says('a', gate, 'b', { usage }));
  const stream = await talk.stream(conversation, hi);
  const { id = '' } = (await talk.answerIn(conversation)) ?? {};
  const head = await talk.app.api.send('HEAD', `/api/v1/messages/${id}/stream`, { token: talk.alice.token });
  expect([head.status, head.headers.get('content-type'), head.headers.get('x-conversation-id'), head.text]).toEqual([
    ...[200, 'text/event-stream; charset=utf-8', conversation, ''],
  ]);
  gate.open();
  expect(textOf(await stream.rest())).toBe('ab');
});

it('goes on where a client that lost it left it', async () => {
  const gate = talk.upstream.gate();
  talk.upstream.answers(says('Hel', gate, 'lo ', 'you', { usage }));
  const lost = await talk.stream(conversation, hi);
  const start = await lost.next();
  const content = await lost.next();
  lost.leave();
  const message = start?.data.type === 'start' ? start.data.message_id : '';
  const again = await talk.attach(message, '', { 'last-event-id': content?.id ?? '' });
  gate.open();
  expect(textOf(await again.rest())).toBe('lo you');
  expect(await talk.message(message)).toMatchObject({ content: 'Hello you', status: 'complete' });
});

it('says every 15 seconds that it is there', async () => {
  const others = [
    'Date',
    'hrtime',
    'nextTick',
    'performance',
    'queueMicrotask',
    'setImmediate',
    'clearImmediate',
  ] as const;
  jest.useFakeTimers({ doNotFake: [...others, 'setTimeout', 'clearTimeout'] });
  try {
    const gate = talk.upstream.gate();
    talk.upstream.answers(says('a', gate));
    const stream = await talk.stream(conversation, hi);
    await stream.next();
    await stream.next();
    for (let times = 0; times < 2; times++) {
      jest.advanceTimersByTime(15_000);
      expect(await stream.nextBlock()).toBe(':');
    }
    jest.advanceTimersByTime(14_999);
    gate.open();
    expect((await stream.next())?.data.type).toBe('end');
    expect(jest.getTimerCount()).toBe(0);
  } finally {
    jest.useRealTimers();
  }
});

it('holds no more for a reader who is slow than his place', async () => {
  // Six bytes a unit on the wire: more than the buffers of the system take.
  const text = '\u0001'.repeat(5_000_000);
  const piece = text.slice(0, 50_000);
  const server: Server = talk.app.nest.getHttpServer();
  const sockets = new Set<Socket>();
  const note = (socket: Socket) => void sockets.add(socket);
  talk.upstream.answers(says(...Array<string>(100).fill(piece), { usage }));
  server.on('connection', note);
  const stream = await talk.stream(conversation, hi);
  server.off('connection', note);
  await eventually(async () => (await talk.answerIn(conversation))?.status === 'complete', 30_000);
  const held = () => [...sockets].reduce((sum, { writableLength }) => sum + writableLength, 0);
  const isAPlace = (bytes: number) => bytes > 0 && bytes < 200_000;
  expect(isAPlace(held())).toBe(true);
  expect((await talk.answerIn(conversation))?.content === text).toBe(true);
  // He takes some, and then no more.
  const events: SseEvent[] = [];
  while (textOf(events).length < text.length / 3)
    events.push(...[await stream.next()].filter((event) => event !== undefined));
  expect(isAPlace(held())).toBe(true);
  events.push(...(await stream.rest()));
  expect(textOf(events) === text).toBe(true);
  expect(lastOf(events)).toMatchObject({ type: 'end', status: 'complete' });
}, 60_000);

describe('when its client leaves', () => {
  it('is counted no more, and its answer goes on', async () => {
    const gate = talk.upstream.gate();
    talk.upstream.answers(says('Hel', gate, 'lo', { usage }));
    const before = (await openStreams()) ?? 0;
    const stream = await talk.stream(conversation, hi);
    expect(await openStreams()).toBe(before + 1);
    stream.leave();
    await eventually(async () => (await openStreams()) === before);
    gate.open();
    await eventually(async () => (await talk.answerIn(conversation))?.status !== 'streaming');
    expect(await talk.answerIn(conversation)).toMatchObject({ content: 'Hello', status: 'complete' });
  });

  it('is the same with an answer that is wanted whole', async () => {
    const gate = talk.upstream.gate();
    talk.upstream.answers(says('Hel', gate, 'lo', { usage }));
    const leave = new AbortController();
    const sent = fetch(`${talk.app.baseUrl}/api/v1/conversations/${conversation}/messages`, {
      method: 'POST',
      signal: leave.signal,
      headers: { authorization: `Bearer ${talk.alice.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(hi),
    });
    await talk.upstream.nextCall();
    leave.abort();
    await expect(sent).rejects.toThrow();
    gate.open();
    await eventually(async () => (await talk.answerIn(conversation))?.status === 'complete');
    expect(talk.app.logLines.filter((line) => line.includes('unexpected'))).toEqual([]);
  });
});

describe('where nobody is to be answered who left', () => {
  let hasty: Talk;

  beforeAll(async () => {
    hasty = await Talk.start({ CHAT_ON_DISCONNECT: 'abort' });
  });
  afterAll(() => hasty.stop());

  it('stops the upstream with the last of its readers, and keeps what came', async () => {
    const id = await hasty.begin();
    const gate = hasty.upstream.gate();
    hasty.upstream.answers(says('Hel', gate, 'lo'));
    const stream = await hasty.stream(id, hi);
    const { id: message = '' } = (await hasty.answerIn(id)) ?? {};
    const other = await hasty.attach(message);
    stream.leave();
    const [start, content] = [await other.next(), await other.next()];
    expect([start?.data.type, content?.data.type]).toEqual(['start', 'content']);
    const call = await hasty.upstream.nextCall();
    expect(call.ending).toBeUndefined();
    other.leave();
    await call.ended;
    await eventually(async () => (await hasty.message(message)).status !== 'streaming');
    expect(await hasty.message(message)).toMatchObject({ content: 'Hel', status: 'stopped' });
  });

  const send = (id: string, path: string, signal: AbortSignal) =>
    fetch(`${hasty.app.baseUrl}/api/v1/conversations/${id}/${path}`, {
      method: 'POST',
      signal,
      headers: { authorization: `Bearer ${hasty.alice.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(hi),
    });

  it('stops also what is wanted whole', async () => {
    const id = await hasty.begin();
    const gate = hasty.upstream.gate();
    hasty.upstream.answers(says('Hel', gate, 'lo'));
    const leave = new AbortController();
    const sent = send(id, 'messages', leave.signal);
    await eventually(async () => (await hasty.answerIn(id)) !== undefined);
    leave.abort();
    await expect(sent).rejects.toThrow();
    await eventually(async () => (await hasty.answerIn(id))?.status === 'stopped');
  });

  it.each(['messages', 'messages/stream'])('stops what has not begun, at once: %s', async (path) => {
    const id = await hasty.begin();
    const earlier = hasty.upstream.calls.length;
    hasty.upstream.answers(says(stall()));
    const leave = new AbortController();
    const sent = send(id, path, leave.signal);
    await eventually(() => Promise.resolve(hasty.upstream.calls.length > earlier));
    leave.abort();
    const leftAt = performance.now();
    await expect(sent).rejects.toThrow();
    expect(await hasty.upstream.calls.at(-1)?.ended).toBe('client left');
    expect(performance.now() - leftAt).toBeLessThan(3_000);
    await eventually(async () => (await hasty.answerIn(id))?.status === 'stopped');
  });
});

it('ends with an error when the process does', async () => {
  const ending = await Talk.start();
  const id = await ending.begin();
  ending.upstream.answers(says('Hel', ending.upstream.gate(), 'lo'));
  const stream = await ending.stream(id, hi);
  const ended = ending.app.nest.get(Shutdown).begin(900);
  const events = await stream.rest();
  expect(textOf(events)).toBe('Hel');
  expect(lastOf(events)).toMatchObject({ type: 'error', error: { code: 'SERVICE_UNAVAILABLE' } });
  await ended;
  await ending.stop();
});
