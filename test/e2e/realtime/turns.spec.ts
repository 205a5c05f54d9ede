import { eventually } from '../../harness/eventually';
import { cut, fails, says, stall } from '../../harness/upstream';
import { Talk } from '../chat/talk';
import { type AnySocket, ways } from './ways';

let talk: Talk;
let conversation: string;
let socket: AnySocket;

beforeAll(async () => {
  talk = await Talk.start();
});
afterAll(() => talk.stop());

const usage = { prompt_tokens: 8, completion_tokens: 2, total_tokens: 10 };
const NO_ID = '019b76da-a800-7000-8000-000000000099';

describe.each(ways)('over $name', ({ open }) => {
  beforeEach(async () => {
    talk.upstream.reset();
    conversation = await talk.begin();
    socket = await open(talk.app.baseUrl, talk.alice.token);
  });
  afterEach(() => socket.leave());

  const say = (content: string, more: object = {}) =>
    socket.say('chat_message', { conversation_id: conversation, content, ...more });

  it('answers as the answer is written', async () => {
    const gate = talk.upstream.gate();
    talk.upstream.answers(says('Hé', gate, 'l😀', 'lo', { usage }));
    say(' Hi ', { client_id: 'c1' });
    const start = await socket.next();
    expect(start).toMatchObject({ type: 'message_start', conversation_id: conversation, client_id: 'c1' });
    expect(await socket.next()).toMatchObject({ type: 'message_content', content: 'Hé', offset: 0 });
    gate.open();
    const { text, end } = await socket.inbox.answer(2);
    expect(text).toBe('l😀lo');
    expect(end).toMatchObject({
      ...{ type: 'message_end', conversation_id: conversation, message_id: start.message_id },
      ...{ status: 'complete', finish_reason: 'stop', usage },
    });
    expect(await talk.message(start.message_id)).toMatchObject({
      content: 'Hél😀lo',
      parent_id: start.user_message_id,
    });
    expect(await talk.message(start.user_message_id)).toMatchObject({ content: 'Hi' });
    for (const { timestamp } of socket.inbox.events) expect(new Date(timestamp).toISOString()).toBe(timestamp);
  });

  it('stops an answer, and says so again to who asks again', async () => {
    talk.upstream.answers(says('Hel', stall()));
    say('Hi');
    const { message_id } = await socket.next('message_start');
    await socket.next('message_content');
    socket.say('stop', { message_id });
    expect(await socket.next('message_end')).toMatchObject({ message_id, status: 'stopped' });
    socket.say('stop', { message_id });
    expect(await socket.next('message_end')).toMatchObject({ message_id, status: 'stopped' });
    expect(await talk.message(message_id)).toMatchObject({ content: 'Hel', status: 'stopped' });
  });

  it('answers anew', async () => {
    talk.upstream.answers(says('One'), says('Two'));
    say('Hi');
    const { message_id: first, user_message_id } = await socket.next('message_start');
    await socket.inbox.answer();
    socket.say('regenerate', { message_id: first, client_id: 'again' });
    const second = await socket.next('message_start');
    expect(second).toMatchObject({ user_message_id, client_id: 'again' });
    expect((await socket.inbox.answer()).text).toBe('Two');
    expect(await talk.message(first)).toMatchObject({ is_active: false });
  });

  it('goes on from where another connection lost it, while it is written and afterwards', async () => {
    const gate = talk.upstream.gate();
    talk.upstream.answers(says('A😀', 'B', gate, 'C😀D'));
    say('Hi');
    const { message_id } = await socket.next('message_start');
    while ((await socket.next('message_content')).content.endsWith('B') === false);
    const second = await open(talk.app.baseUrl, talk.alice.token);
    await socket.leave();
    second.say('resume', { message_id, offset: 1 });
    await second.next('message_start');
    gate.open();
    expect((await second.inbox.answer(1)).text).toBe('A😀BC😀D'.slice(1));
    second.say('resume', { message_id, offset: 3 });
    const rest = await second.inbox.answer(3);
    expect(rest.text).toBe('BC😀D');
    expect(rest.end).toMatchObject({ type: 'message_end', status: 'complete' });
    await second.leave();
  });

  it('is the same turn under the same key', async () => {
    talk.upstream.answers(says('Once'));
    say('Hi', { idempotency_key: `k-${conversation}` });
    const first = await socket.next('message_start');
    await socket.inbox.answer();
    say('Hi', { idempotency_key: `k-${conversation}` });
    expect(await socket.next('message_start')).toMatchObject({ message_id: first.message_id });
    expect((await socket.inbox.answer()).text).toBe('Once');
    expect(talk.upstream.calls).toHaveLength(1);
  });

  it('tells what goes wrong before and after the first word', async () => {
    talk.upstream.answers(fails(503), says('Hel', cut('reset')));
    say('Hi', { client_id: 'c2' });
    const failure = { type: 'error', client_id: 'c2', error: { code: 'OPENAI_API_ERROR' } };
    expect(await socket.next()).toMatchObject(failure);
    expect(socket.inbox.events).toHaveLength(1);
    say('Hi', { client_id: 'c2' });
    const { message_id } = await socket.next('message_start');
    const { text, end } = await socket.inbox.answer();
    expect(text).toBe('Hel');
    expect(end).toMatchObject({ ...failure, message_id });
    expect(await talk.message(message_id)).toMatchObject({ content: 'Hel', status: 'interrupted' });
  });

  it.each(['stop', 'resume', 'regenerate'])("does not %s what is another's", async (type) => {
    talk.upstream.answers(says('Mine', stall()));
    const sent = await talk.stream(await talk.begin({}, talk.bob), { content: 'Hi' }, {}, talk.bob);
    const start = (await sent.next())?.data as { message_id: string };
    for (const message_id of [start.message_id, NO_ID]) {
      socket.say(type, { message_id, client_id: 'x' });
      expect(await socket.next()).toMatchObject({
        ...{ type: 'error', client_id: 'x' },
        error: { code: 'RESOURCE_NOT_FOUND' },
      });
    }
    expect(socket.inbox.events.map((event) => event.type)).toEqual(['error', 'error']);
    expect((await talk.message(start.message_id, talk.bob)).status).toBe('streaming');
    sent.leave();
  });

  it.each([
    ['an unknown event', 'nonsense', {}, 'type'],
    ['an unknown field', 'ping', { role: 'admin' }, 'role'],
    ['a blank message', 'chat_message', { conversation_id: NO_ID, content: ' ' }, 'content'],
    ['a wrong id', 'resume', { message_id: 'x' }, 'message_id'],
    ['an offset before the beginning', 'resume', { message_id: NO_ID, offset: -1 }, 'offset'],
    [
      'files that are not there',
      'chat_message',
      { conversation_id: NO_ID, content: 'a', attachments: ['no id'] },
      'attachments',
    ],
  ])('refuses %s', async (_what, type, payload, field) => {
    socket.say(type, payload);
    expect(await socket.next()).toMatchObject({
      type: 'error',
      error: { code: 'VALIDATION_ERROR', details: { field } },
    });
    socket.say('ping');
    expect(await socket.next()).toMatchObject({ type: 'pong' });
  });
});

describe('where nobody is to be answered who left', () => {
  let hasty: Talk;

  beforeAll(async () => {
    hasty = await Talk.start({ CHAT_ON_DISCONNECT: 'abort' });
  });
  afterAll(() => hasty.stop());

  it.each(ways)('stops what has not begun, at once, over $name', async ({ open }) => {
    const id = await hasty.begin();
    const earlier = hasty.upstream.calls.length;
    hasty.upstream.answers(says(stall()));
    const leaver = await open(hasty.app.baseUrl, hasty.alice.token);
    leaver.say('chat_message', { conversation_id: id, content: 'Hi' });
    await eventually(() => Promise.resolve(hasty.upstream.calls.length > earlier));
    await leaver.leave();
    const leftAt = performance.now();
    await eventually(async () => (await hasty.answerIn(id))?.status === 'stopped');
    expect(performance.now() - leftAt).toBeLessThan(4_000);
  });
});
