import { newId } from '#kernel';
import { Shutdown } from '#platform';
import { makeApiKey } from '../../factories/people';
import { CONFLICT, FORBIDDEN, invalid, NOT_FOUND, outcome, RATE_LIMITED, type Reply } from '../../harness/reply';
import { cut, fails, says, stall } from '../../harness/upstream';
import { type SentView, Talk } from './talk';

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

const usage = { prompt_tokens: 8, completion_tokens: 2, total_tokens: 10 };
const zeros = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };
const hi = { content: 'Hi' };

const idsIn = ({ body }: { body: Reply<SentView> }) => [body.data.user_message?.id, body.data.assistant_message?.id];

async function quotaOf(): Promise<unknown> {
  const { body } = await talk.app.api.get<Reply<{ usage_today: unknown }>>('/api/v1/users/me/quota', {
    token: talk.alice.token,
  });
  return body.data.usage_today;
}

it('answers a message as a whole', async () => {
  talk.upstream.answers(says('Hel', 'lo', { usage }));
  const sent = await talk.send(conversation, { content: ' Hi\n' });
  expect(outcome(sent)).toBe('201');
  const { user_message, assistant_message, ...cost } = sent.body.data;
  expect(user_message).toMatchObject({
    role: 'user',
    content: 'Hi',
    status: 'complete',
    conversation_id: conversation,
  });
  expect(assistant_message).toMatchObject({
    ...{ role: 'assistant', content: 'Hello', status: 'complete', finish_reason: 'stop', tokens_used: 2 },
    parent_id: user_message?.id,
  });
  expect(cost).toEqual({ usage, cost_estimate: expect.any(Number) as number });
  expect(cost.cost_estimate).toBeGreaterThan(0);
  expect(await talk.message(assistant_message?.id ?? '')).toEqual(assistant_message);
  expect(await talk.message(user_message?.id ?? '')).toEqual(user_message);
});

it('asks the model as its caller wishes', async () => {
  const wishes = { model: 'gpt-4o', temperature: 2, max_tokens: 7 };
  const sent = await talk.post('messages', { ...hi, ...wishes, conversation_id: conversation.toUpperCase() });
  expect(sent.body.data.assistant_message?.model).toBe('gpt-4o');
  const { body } = await talk.upstream.nextCall();
  expect(body).toMatchObject({ model: 'gpt-4o', temperature: 2, messages: [{ role: 'user', content: 'Hi' }] });
  expect(JSON.stringify(body)).toMatch(/"max_(completion_)?tokens":7/);
});

it('goes on from where it is told to', async () => {
  const first = await talk.send(conversation, { content: 'one' });
  await talk.send(conversation, { content: 'two' });
  const [, answer] = idsIn(first);
  const other = await talk.send(conversation, { content: 'three', parent_id: answer });
  expect(other.body.data.user_message?.parent_id).toBe(answer);
  expect(talk.upstream.calls.at(-1)?.body?.messages.map(({ content }) => content)).toEqual([
    ...['one', 'You said: one', 'three'],
  ]);
});

it.each<[string, object, string]>([
  ['no content', {}, 'content'],
  ['blank content', { content: ' \n' }, 'content'],
  ['10,001 characters', { content: '💩'.repeat(10_001) }, 'content'],
  ['the role of the model', { ...hi, role: 'assistant' }, 'role'],
  ['an unknown model', { ...hi, model: 'gpt-0' }, 'model'],
  ['a temperature below 0', { ...hi, temperature: -0.1 }, 'temperature'],
  ['a temperature above 2', { ...hi, temperature: 2.1 }, 'temperature'],
  ['a temperature in words', { ...hi, temperature: '1' }, 'temperature'],
  ['null as a temperature', { ...hi, temperature: null }, 'temperature'],
  ['no tokens', { ...hi, max_tokens: 0 }, 'max_tokens'],
  ['half a token', { ...hi, max_tokens: 1.5 }, 'max_tokens'],
  ['a million tokens and one', { ...hi, max_tokens: 1_000_001 }, 'max_tokens'],
  ['more tokens than the model gives', { ...hi, max_tokens: 1_000_000 }, 'max_tokens'],
  ['a stream in words', { ...hi, stream: 'true' }, 'stream'],
  ['a parent that is no id', { ...hi, parent_id: 'first' }, 'parent_id'],
  ['a parent that never was', { ...hi, parent_id: newId() }, 'parent_id'],
  ['a file that never was', { ...hi, attachments: [newId()] }, 'attachments'],
  ['files that are no list', { ...hi, attachments: newId() }, 'attachments'],
  ['a field that it does not know', { ...hi, user_id: newId() }, 'user_id'],
  ['a system message to be streamed', { ...hi, role: 'system', stream: true }, 'role'],
])('refuses %s', async (_what, body, field) => {
  for (const path of ['messages', 'messages/stream']) {
    const refused = await talk.post(`conversations/${conversation}/${path}`, body);
    expect(outcome(refused)).toBe(invalid(field));
    const named = await talk.post(path, { ...body, conversation_id: conversation });
    expect(outcome(named)).toBe(invalid(field));
  }
  expect(talk.upstream.calls).toHaveLength(0);
  expect(await quotaOf()).toEqual({ requests: 0, tokens: 0 });
});

it.each([undefined, null, 1, 'here', ''])('does not know the conversation %j', async (conversation_id) => {
  const refused = await talk.post('messages', { ...hi, conversation_id });
  expect(outcome(refused)).toBe(invalid('conversation_id'));
});

it("finds nobody else's", async () => {
  const { token } = talk.bob;
  const [question = '', answer = ''] = idsIn(await talk.send(conversation, hi));
  const tried = [
    talk.send(conversation, hi, { token }),
    talk.post('messages', { ...hi, conversation_id: conversation }, { token }),
    talk.post(`messages/${answer}/stop`, {}, { token }),
    talk.post(`messages/${answer}/regenerate`, {}, { token }),
    talk.put(`messages/${question}`, { ...hi, regenerate: true }, { token }),
    talk.app.api.get<Reply>(`/api/v1/messages/${answer}/stream`, { token }),
  ];
  expect((await Promise.all(tried)).map(outcome)).toEqual(tried.map(() => NOT_FOUND));
  expect(await talk.answerIn(conversation)).toMatchObject({ id: answer, is_active: true });
});

it('is open to API keys that are good for it', async () => {
  const [question = '', answer = ''] = idsIn(await talk.send(conversation, hi));
  const withKey = async (...scopes: ('chat' | 'read' | 'write')[]) => {
    const { key: token } = await makeApiKey(talk.app, talk.alice, { scopes });
    const tried = [
      await talk.send(conversation, hi, { token }),
      await talk.post(`messages/${answer}/regenerate`, {}, { token }),
      await talk.post(`messages/${answer}/stop`, {}, { token }),
      await talk.put(`messages/${question}`, { ...hi, regenerate: true }, { token }),
      await talk.put(`messages/${question}`, { content: 'Ho' }, { token }),
    ];
    const attached = await talk.attach(answer, '', {}, { token });
    await attached.rest();
    return [...tried.map(outcome), String(attached.status)];
  };
  const denied = FORBIDDEN;
  expect(await withKey('chat')).toEqual(['201', '201', '200', denied, denied, '200']);
  expect(await withKey('read', 'write')).toEqual([denied, denied, denied, denied, '200', '403']);
  expect((await withKey('chat', 'write')).at(3)).toBe('200');
});

describe('a system message', () => {
  it('is stored, and heeded from then on', async () => {
    const noted = await talk.send(conversation, { content: 'Rhyme.', role: 'system', attachments: [] });
    expect(outcome(noted)).toBe('201');
    expect(noted.body.data).toEqual({
      user_message: expect.objectContaining({ role: 'system', content: 'Rhyme.', status: 'complete' }) as unknown,
      assistant_message: null,
      usage: zeros,
      cost_estimate: 0,
    });
    expect(talk.upstream.calls).toHaveLength(0);
    await talk.send(conversation, hi);
    expect(talk.upstream.calls[0]?.body?.messages).toEqual([
      { role: 'system', content: 'Rhyme.' },
      { role: 'user', content: 'Hi' },
    ]);
    expect(await quotaOf()).toMatchObject({ requests: 1 });
  });
});

describe('an idempotency key', () => {
  const keyed = (key: string) => ({ headers: { 'idempotency-key': key } });

  it('makes the same of the same, in turn and at once, and pays once', async () => {
    const gate = talk.upstream.gate();
    talk.upstream.answers(says('Hel', gate, 'lo', { usage }));
    const first = talk.send(conversation, hi, keyed('k'));
    await talk.upstream.nextCall();
    const atOnce = Array.from({ length: 19 }, () => talk.send(conversation, hi, keyed('k')));
    gate.open();
    const sent = await Promise.all([first, ...atOnce]);
    sent.push(await talk.send(conversation, hi, keyed('k')));
    const bodies = new Set(sent.map(({ body }) => JSON.stringify(body.data)));
    expect(sent.map(outcome)).toEqual(sent.map(() => '201'));
    expect([...bodies].map((body) => JSON.parse(body) as SentView)).toEqual([(await first).body.data]);
    expect(talk.upstream.calls).toHaveLength(1);
    expect(await quotaOf()).toEqual({ requests: 1, tokens: 10 });
  });

  it('of a send that begins twenty times at once is one turn', async () => {
    const sent = await Promise.all(Array.from({ length: 20 }, () => talk.send(conversation, hi, keyed('k'))));
    expect(new Set(sent.map((each) => JSON.stringify([each.status, idsIn(each)]))).size).toBe(1);
    expect(talk.upstream.calls).toHaveLength(1);
  });

  it('attaches a stream to what it began', async () => {
    const sent = await talk.send(conversation, hi, keyed('k'));
    const stream = await talk.stream(conversation, hi, { 'idempotency-key': 'k' });
    const [start, content] = await stream.rest();
    expect(start?.data).toMatchObject({ message_id: sent.body.data.assistant_message?.id });
    expect(content?.data).toEqual({ type: 'content', content: 'You said: Hi' });
    expect(talk.upstream.calls).toHaveLength(1);
  });

  it('of another body is a conflict', async () => {
    await talk.send(conversation, hi, keyed('k'));
    const others = [{ content: 'Ho' }, { ...hi, temperature: 1 }, { ...hi, role: 'system' }];
    for (const body of others) expect(outcome(await talk.send(conversation, body, keyed('k')))).toBe(CONFLICT);
    expect(outcome(await talk.send(await talk.begin(), hi, keyed('k')))).toBe(CONFLICT);
    expect(outcome(await talk.send(conversation, hi, keyed('K')))).toBe('201');
  });

  it('makes one of another answer, and of another question', async () => {
    const [question, answer] = idsIn(await talk.send(conversation, hi));
    const keyed = (key: string) => ({ headers: { 'idempotency-key': key } });
    const regenerate = (body: object = {}) => talk.post(`messages/${answer}/regenerate`, body, keyed('again'));
    const rephrase = (content: string) =>
      talk.put<SentView>(`messages/${question}`, { content, regenerate: true }, keyed('otherwise'));
    const answers = await Promise.all([regenerate(), regenerate()]);
    const rephrased = [await rephrase('Hello'), await rephrase('Hello')];
    for (const [first, second] of [answers, rephrased]) expect(second?.body.data).toEqual(first?.body.data);
    expect(idsIn(await regenerate())).toEqual(idsIn(answers[0]));
    expect(outcome(await regenerate({ temperature: 1 }))).toBe(CONFLICT);
    expect(outcome(await rephrase('Good day'))).toBe(CONFLICT);
    expect(talk.upstream.calls).toHaveLength(3);
    expect(await quotaOf()).toMatchObject({ requests: 3 });
  });

  it('stores one note', async () => {
    const note = { content: 'Rhyme.', role: 'system' };
    const first = await talk.send(conversation, note, keyed('k'));
    expect((await talk.send(conversation, note, keyed('k'))).body.data).toEqual(first.body.data);
  });

  it.each(['', 'a b', 'ключ', 'x'.repeat(256)])('is not %j', async (key) => {
    // A header is bytes.
    const headers = { 'idempotency-key': Buffer.from(key).toString('latin1') };
    expect(outcome(await talk.send(conversation, hi, { headers }))).toBe(invalid('Idempotency-Key'));
  });

  it('may have 255 characters', async () => {
    expect(outcome(await talk.send(conversation, hi, keyed('~'.repeat(255))))).toBe('201');
  });
});

it('has one turn at a time, and names the one that runs', async () => {
  const gate = talk.upstream.gate();
  talk.upstream.answers(says('a', gate));
  const stream = await talk.stream(conversation, hi);
  const refused = await talk.send(conversation, hi);
  expect(outcome(refused)).toBe(CONFLICT);
  const running = await talk.answerIn(conversation);
  expect(refused.body.error.details).toEqual({ message_id: running?.id });
  gate.open();
  await stream.rest();
  expect(outcome(await talk.send(conversation, hi))).toBe('201');
});

it('lets ten of a user run at once', async () => {
  const gate = talk.upstream.gate();
  talk.upstream.otherwise(says('a', gate));
  const body = { ...hi, max_tokens: 5 };
  const conversations = await Promise.all(Array.from({ length: 11 }, () => talk.begin()));
  const streams = await Promise.all(conversations.slice(1).map((id) => talk.stream(id, body)));
  expect(streams.map(({ status }) => status)).toEqual(streams.map(() => 200));
  const [last = ''] = conversations;
  const refused = await talk.send(last, body);
  expect(outcome(refused)).toBe(RATE_LIMITED);
  expect(refused.headers.get('retry-after')).toBe('5');
  gate.open();
  await Promise.all(streams.map((stream) => stream.rest()));
  expect(outcome(await talk.send(last, body))).toBe('201');
});

const left = (headers: Headers) => ['requests', 'tokens'].map((what) => headers.get(`x-quota-${what}-remaining`));

it('tells what is left of today, and stops when nothing is', async () => {
  talk.upstream.answers(says('Hello', { usage }));
  expect(left((await talk.send(conversation, hi)).headers)).toEqual(['49', '9990']);
  talk.upstream.answers(says('Hello', { usage: { ...usage, completion_tokens: 9_982, total_tokens: 9_990 } }));
  expect(left((await talk.send(conversation, { ...hi, max_tokens: 10_000 })).headers)).toEqual(['48', '0']);
  const refused = await talk.send(conversation, hi);
  expect(outcome(refused)).toBe('429 QUOTA_EXCEEDED');
  expect(refused.body.error.details).toMatchObject({ period: 'day', metric: 'tokens', limit: 10_000, used: 10_000 });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(left(refused.headers)).toEqual(['48', '0']);
  expect(outcome(await talk.post(`conversations/${conversation}/messages/stream`, hi))).toBe('429 QUOTA_EXCEEDED');
});

it('tells what is left of today also where nothing is answered', async () => {
  talk.upstream.answers(fails(500));
  const note = await talk.send(conversation, { ...hi, role: 'system' });
  const failed = await talk.send(conversation, hi);
  const unknown = await talk.send(newId(), hi);
  const broken = await talk.post(`conversations/${conversation}/messages/stream`, {});
  const answers = [note, failed, unknown, broken];
  expect(answers.map(({ status }) => status)).toEqual([201, 503, 404, 422]);
  expect(answers.map(({ headers }) => left(headers))).toEqual(answers.map(() => ['50', '10000']));
});

it('answers the same at temperature 0 from its cache, whole answers alone', async () => {
  talk.upstream.otherwise(says('Hello', { usage }));
  const exact = { ...hi, temperature: 0 };
  const miss = await talk.send(conversation, exact);
  const hit = await talk.send(await talk.begin(), exact);
  expect([miss, hit].map(({ headers }) => headers.get('x-cache'))).toEqual(['MISS', 'HIT']);
  expect(hit.body.data).toMatchObject({ assistant_message: { content: 'Hello' }, usage: zeros, cost_estimate: 0 });
  const other = await talk.send(await talk.begin(), hi);
  expect(other.headers.get('x-cache')).toBeNull();
  const stream = await talk.stream(await talk.begin(), exact);
  await stream.rest();
  expect(stream.header('x-cache')).toBeUndefined();
  expect(talk.upstream.calls).toHaveLength(3);
});

it.each([
  [429, '429 OPENAI_API_ERROR'],
  [500, '503 OPENAI_API_ERROR'],
  [401, '503 OPENAI_API_ERROR'],
])('passes on that the upstream answers %i, and charges nothing', async (status, expected) => {
  talk.upstream.otherwise(fails(status));
  for (const path of ['messages', 'messages/stream']) {
    expect(outcome(await talk.post(`conversations/${conversation}/${path}`, hi))).toBe(expected);
  }
  expect(await quotaOf()).toEqual({ requests: 0, tokens: 0 });
  expect(await talk.answerIn(conversation)).toMatchObject({ status: 'failed', content: '' });
});

it("tells that the caller's own key is refused", async () => {
  const own = await talk.begin({ api_key: 'sk-mine' });
  talk.upstream.answers(fails(401));
  expect(outcome(await talk.send(own, hi))).toBe(invalid('api_key'));
  expect(talk.upstream.calls[0]?.headers.authorization).toBe('Bearer sk-mine');
});

it('answers with what broke an answer off, and keeps what came', async () => {
  talk.upstream.answers(says('Hel', cut()));
  expect(outcome(await talk.send(conversation, hi))).toBe('503 OPENAI_API_ERROR');
  expect(await talk.answerIn(conversation)).toMatchObject({ status: 'interrupted', content: 'Hel' });
});

describe('another answer', () => {
  it('stands beside the old one', async () => {
    const [question, answer = ''] = idsIn(await talk.send(conversation, hi));
    talk.upstream.answers(says('Hello again', { usage }));
    const again = await talk.post(`messages/${answer}/regenerate`, { model: 'gpt-4o' });
    expect(outcome(again)).toBe('201');
    expect(again.body.data).toMatchObject({
      user_message: { id: question, content: 'Hi' },
      assistant_message: { content: 'Hello again', parent_id: question, model: 'gpt-4o', is_active: true },
      usage,
    });
    expect(await talk.message(answer)).toMatchObject({ is_active: false, content: 'You said: Hi' });
    expect(await quotaOf()).toMatchObject({ requests: 2 });
  });

  it('streams where that is asked for, and needs no body', async () => {
    const [question, answer = ''] = idsIn(await talk.send(conversation, hi));
    const path = `messages/${answer}/regenerate`;
    const stream = await talk.open(path, { token: talk.alice.token, body: { stream: true } });
    const [start] = await stream.rest();
    expect(start?.data).toMatchObject({ type: 'start', user_message_id: question });
    const { token } = talk.alice;
    expect(outcome(await talk.app.api.post<Reply>(`/api/v1/${path}`, undefined, { token }))).toBe('201');
  });

  it('is had of answers alone', async () => {
    const [question = ''] = idsIn(await talk.send(conversation, hi));
    expect(outcome(await talk.post(`messages/${question}/regenerate`, {}))).toBe(invalid('message_id'));
    expect(outcome(await talk.post(`messages/${newId()}/regenerate`, {}))).toBe(NOT_FOUND);
  });
});

describe('an edit', () => {
  it('counts anew', async () => {
    const [question = ''] = idsIn(await talk.send(conversation, hi));
    const edited = await talk.put(`messages/${question}`, { content: 'one two three four five six' });
    expect(edited.body.data).toMatchObject({ content: 'one two three four five six', tokens_used: 6 });
    expect(await talk.message(question)).toEqual(edited.body.data);
  });

  it('that is to be answered begins a branch beside the old question', async () => {
    const [question = ''] = idsIn(await talk.send(conversation, hi));
    const again = await talk.put<SentView>(`messages/${question}`, { content: 'Ho', regenerate: true, temperature: 1 });
    expect(outcome(again)).toBe('200');
    expect(again.body.data).toMatchObject({
      user_message: { content: 'Ho', parent_id: null, is_active: true },
      assistant_message: { content: 'You said: Ho', status: 'complete' },
    });
    expect(await talk.message(question)).toMatchObject({ content: 'Hi', is_active: false });
    expect(again.headers.get('x-quota-requests-remaining')).toBe('48');
  });

  it('is of questions alone, if it is to be answered', async () => {
    const [, answer] = idsIn(await talk.send(conversation, hi));
    const refused = await talk.put(`messages/${answer}`, { ...hi, regenerate: true });
    expect(outcome(refused)).toBe(invalid('regenerate'));
  });

  it.each([{ model: 'gpt-4o' }, { temperature: 1 }, { max_tokens: 5 }, { stream: true }])(
    'that is not to be answered asks no model for %j',
    async (wish) => {
      const [question = ''] = idsIn(await talk.send(conversation, hi));
      const [field = ''] = Object.keys(wish);
      expect(outcome(await talk.put(`messages/${question}`, { content: 'Ho', ...wish }))).toBe(invalid(field));
      expect((await talk.message(question)).content).toBe('Hi');
    },
  );
});

describe('a stop', () => {
  it('keeps what came, and answers who waits for the whole', async () => {
    const gate = talk.upstream.gate();
    talk.upstream.answers(says('Hel', gate, 'lo'));
    const sending = talk.send(conversation, hi);
    await talk.upstream.nextCall();
    const running = await talk.answerIn(conversation);
    const stopped = await talk.post(`messages/${running?.id}/stop`, {});
    expect(outcome(stopped)).toBe('200');
    expect(stopped.body.data).toMatchObject({ id: running?.id, status: 'stopped' });
    const sent = await sending;
    expect(outcome(sent)).toBe('201');
    expect(sent.body.data.assistant_message).toEqual(stopped.body.data);
    const again = await talk.post(`messages/${running?.id}/stop`, {});
    expect(again.body.data).toEqual(stopped.body.data);
    expect(outcome(await talk.send(conversation, hi))).toBe('201');
  });

  it('leaves what is over as it is, and is of answers alone', async () => {
    const sent = await talk.send(conversation, hi);
    const [question, answer] = idsIn(sent);
    const stopped = await talk.post(`messages/${answer}/stop`, {});
    expect(stopped.body.data).toEqual(sent.body.data.assistant_message);
    expect(outcome(await talk.post(`messages/${question}/stop`, {}))).toBe(NOT_FOUND);
  });
});

it('shows that the upstream is spared, and until when', async () => {
  const health = async () => (await talk.app.api.get<{ status: string; services: unknown }>('/health')).body;
  talk.upstream.otherwise(fails(500));
  // The tries of the tests before are forgotten.
  talk.app.clock.advance(10_000);
  expect(await health()).toMatchObject({ status: 'healthy', services: { openai: 'healthy' } });
  for (let tries = 0; tries < 20; tries++) await talk.send(conversation, hi);
  expect(await health()).toMatchObject({ status: 'degraded', services: { openai: 'unhealthy' } });
  talk.app.clock.advance(5_000);
  talk.upstream.otherwise(says('Hello'));
  expect(outcome(await talk.send(conversation, hi))).toBe('201');
  expect(await health()).toMatchObject({ status: 'healthy', services: { openai: 'healthy' } });
});

it('is answered also where the process ends before the model begins', async () => {
  const ending = await Talk.start();
  ending.upstream.otherwise(says(stall()));
  const sending = Promise.all([await ending.begin(), await ending.begin()].map((id) => ending.send(id, hi)));
  await Promise.all([ending.upstream.nextCall(), ending.upstream.nextCall()]);
  const answered = expect(sending).resolves.toMatchObject([{ status: 503 }, { status: 503 }]);
  await Promise.all([answered, ending.app.nest.get(Shutdown).begin(900)]).finally(() => ending.stop());
});
