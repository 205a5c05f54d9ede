import timers from 'node:timers/promises';
import OpenAI, {
  APIError,
  APIUserAbortError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
} from 'openai';
import { QuotaAdministration } from '#quota';
import { Db } from '#platform';
import { makeApiKey, register } from '../../factories/people';
import { eventually } from '../../harness/eventually';
import { startApp } from '../../harness/start-app';
import { after, callsTool, cut, fails, raw, says, stall } from '../../harness/upstream';
import { Talk } from '../chat/talk';
import { rawSocket } from '../realtime/ways';

type Messages = OpenAI.ChatCompletionMessageParam[];

const MODEL = 'gpt-4o-mini';
const usage = { prompt_tokens: 8, completion_tokens: 2, total_tokens: 10 };
const hi: Messages = [{ role: 'user', content: 'Hi' }];

let talk: Talk;
let key: string;
let client: OpenAI;

beforeAll(async () => {
  talk = await Talk.start();
});
beforeEach(async () => {
  await talk.anew();
  key = (await makeApiKey(talk.app, talk.alice)).key;
  client = clientWith(key);
});
afterAll(() => talk.stop());

function clientWith(apiKey: string, baseUrl = talk.app.baseUrl): OpenAI {
  return new OpenAI({ apiKey, baseURL: `${baseUrl}/v1`, maxRetries: 0, logLevel: 'off' });
}

const ask = (changes: Partial<OpenAI.ChatCompletionCreateParamsNonStreaming> = {}) =>
  client.chat.completions.create({ model: MODEL, messages: hi, ...changes });
const stream = (changes: Partial<OpenAI.ChatCompletionCreateParamsStreaming> = {}) =>
  client.chat.completions.create({ model: MODEL, messages: hi, ...changes, stream: true });

async function chunksOf(answer: AsyncIterable<OpenAI.ChatCompletionChunk>): Promise<OpenAI.ChatCompletionChunk[]> {
  const chunks: OpenAI.ChatCompletionChunk[] = [];
  for await (const chunk of answer) chunks.push(chunk);
  return chunks;
}

const textIn = (chunks: readonly OpenAI.ChatCompletionChunk[]): string =>
  chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');

const thrown = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

async function used(): Promise<{ requests: number; tokens: number }> {
  const { body } = await talk.app.api.get<{ data: { usage_today: { requests: number; tokens: number } } }>(
    '/api/v1/users/me/quota',
    { token: talk.alice.token },
  );
  return body.data.usage_today;
}

const ledger = () =>
  talk.app.nest
    .get(Db)
    .query<Record<string, unknown>>(
      'SELECT model, status, prompt_tokens, completion_tokens, conversation_id FROM usage_ledger WHERE user_id = ?',
      [talk.alice.id],
    );

const post = (body: unknown, token = talk.alice.token, headers: Record<string, string> = {}) =>
  talk.app.api.post<{ error: { message: string; type: string; param: string | null; code: string | null } }>(
    '/v1/chat/completions',
    body,
    { token, headers },
  );

describe('the models', () => {
  it('are listed, and found by their id', async () => {
    const ids = (await client.models.list()).data.map(({ id }) => id);
    expect(ids).toContain(MODEL);
    expect(await client.models.retrieve(MODEL)).toMatchObject({ id: MODEL, object: 'model' });
    const error = await thrown(client.models.retrieve('no/such'));
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ status: 404, code: 'model_not_found', param: 'model' });
  });
});

describe('an answer as a whole', () => {
  it('is what the upstream said, counted once, and kept nowhere', async () => {
    talk.upstream.answers(says('Hé', 'l😀', 'lo', { usage }));
    const { data, response } = await ask({ seed: 7, stop: ['END'], max_completion_tokens: 50 }).withResponse();
    expect(data).toMatchObject({ object: 'chat.completion', usage });
    expect(data.choices).toMatchObject([{ message: { role: 'assistant', content: 'Hél😀lo' }, finish_reason: 'stop' }]);
    expect(talk.upstream.calls[0]?.body).toMatchObject({
      ...{ model: MODEL, messages: hi, seed: 7, stop: ['END'], max_completion_tokens: 50, stream: false },
    });
    expect(await used()).toEqual({ requests: 1, tokens: 10 });
    expect(response.headers.get('x-quota-requests-remaining')).toBe('49');
    expect(response.headers.get('x-quota-tokens-remaining')).toBe('9990');
    expect(await ledger()).toMatchObject([
      { model: MODEL, status: 'complete', prompt_tokens: 8, completion_tokens: 2, conversation_id: null },
    ]);
    const { body } = await talk.app.api.get<{ data: { pagination: { total: number } } }>('/api/v1/conversations', {
      token: talk.alice.token,
    });
    expect(body.data.pagination.total).toBe(0);
  });

  it('is as the document describes it, for who has a token as well', async () => {
    const answer = await post({ model: MODEL, messages: hi, temperature: null });
    expect(answer).toMatchObject({ status: 200, body: { choices: [{ message: { content: 'You said: Hi' } }] } });
    expect((await talk.app.api.get('/v1/models', { token: talk.alice.token })).status).toBe(200);
  });

  it('of tools is called for, and goes on from what they told', async () => {
    const tools = [{ type: 'function', function: { name: 'weather', parameters: { type: 'object' } } }] as const;
    talk.upstream.answers(says(callsTool('weather', '{"city":', '"Łódź"}'), { finish: 'tool_calls' }), says('Rain'));
    const first = await ask({ tools: [...tools], tool_choice: 'auto', response_format: { type: 'json_object' } });
    expect(talk.upstream.calls[0]?.body).toMatchObject({
      tools,
      tool_choice: 'auto',
      response_format: { type: 'json_object' },
    });
    const [choice] = first.choices;
    const call = { id: 'call_0', type: 'function', function: { name: 'weather', arguments: '{"city":"Łódź"}' } };
    expect(choice).toMatchObject({ finish_reason: 'tool_calls', message: { content: null, tool_calls: [call] } });
    const messages: Messages = [
      { role: 'developer', content: 'Be brief' },
      ...hi,
      ...(choice ? [choice.message] : []),
      { role: 'tool', tool_call_id: 'call_0', content: '{"rain":true}' },
    ];
    expect((await ask({ messages, tools: [...tools] })).choices[0]?.message.content).toBe('Rain');
    expect(talk.upstream.calls[1]?.body?.messages).toMatchObject(messages);
  });

  it('has its length clamped to what is left, and counts itself what nobody counted', async () => {
    await limit({ dailyTokens: 40 });
    talk.upstream.answers(says('one two', { usage: null }));
    await ask({ max_tokens: 1_000 });
    expect(talk.upstream.calls[0]?.body?.['max_tokens']).toBe(32);
    expect(await used()).toEqual({ requests: 1, tokens: 10 });
  });
});

describe('an answer as a stream', () => {
  it('is passed on with what is in it, and tells its usage to who asks', async () => {
    talk.upstream.answers(says('Hé', 'l😀', 'lo', { usage }));
    const chunks = await chunksOf(await stream({ stream_options: { include_usage: true } }));
    expect([textIn(chunks), chunks.at(-1)?.usage, chunks.at(-1)?.choices]).toEqual(['Hél😀lo', usage, []]);
    expect(await used()).toEqual({ requests: 1, tokens: 10 });
  });

  it('has a choice in each event for who does not ask, and ends with [DONE]', async () => {
    talk.upstream.answers(says('Hi', { usage }), says('Hi', { usage }));
    const chunks = await chunksOf(await stream());
    expect(chunks.every(({ choices }) => choices.length === 1)).toBe(true);
    const answer = await post({ model: MODEL, messages: hi, stream: true });
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-cache, no-transform');
    expect(answer.text.endsWith('\n\ndata: [DONE]\n\n')).toBe(true);
  });

  it('tells the usage also where the upstream does not', async () => {
    talk.upstream.answers(says('one two', { usage: null }));
    const chunks = await chunksOf(await stream({ stream_options: { include_usage: true } }));
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 8, completion_tokens: 2 } });
  });

  it('has the calls of tools in it', async () => {
    talk.upstream.answers(says(callsTool('weather', '{"city":', '"Łódź"}'), { finish: 'tool_calls' }));
    const chunks = await chunksOf(await stream({ tools: [] }));
    const calls = chunks.flatMap(({ choices }) => choices[0]?.delta.tool_calls ?? []);
    expect(calls[0]).toMatchObject({ index: 0, id: 'call_0', function: { name: 'weather' } });
    expect(calls.map((call) => call.function?.arguments).join('')).toBe('{"city":"Łódź"}');
    expect(chunks.some(({ choices }) => choices[0]?.finish_reason === 'tool_calls')).toBe(true);
  });

  it('arrives piece by piece, and ends the upstream with its reader, who pays for what came', async () => {
    talk.upstream.answers(says('one', stall()));
    const answer = await stream();
    for await (const { choices } of answer) if (choices[0]?.delta.content === 'one') break;
    expect(await talk.upstream.calls[0]?.ended).toBe('client left');
    await eventually(async () => (await ledger()).length === 1);
    expect(await ledger()).toMatchObject([{ status: 'stopped', prompt_tokens: 8, completion_tokens: 1 }]);
    expect(await used()).toEqual({ requests: 1, tokens: 9 });
  });

  it('breaks off in words that the client understands', async () => {
    talk.upstream.answers(says('Hel', raw('data: {"error":{"message":"sk-secret"}}\n\n')), says('Hel', cut('reset')));
    for (const _ of [1, 2]) {
      const error = await thrown(stream().then(chunksOf));
      expect(error).toBeInstanceOf(APIError);
      expect(error).toMatchObject({ code: 'upstream_unavailable', type: 'server_error' });
      expect((error as Error).message).not.toContain('sk-secret');
    }
    expect(await ledger()).toMatchObject([{ completion_tokens: 1 }, { completion_tokens: 1 }]);
  });

  it('opens after five seconds though nothing has come, and then tells in itself what goes wrong', async () => {
    const { setTimeout: pause } = timers;
    const fiveSeconds = jest.spyOn(timers, 'setTimeout');
    fiveSeconds.mockImplementation((delay, value, options) => pause(delay === 5_000 ? 0 : delay, value, options));
    try {
      const gate = talk.upstream.gate();
      talk.upstream.answers(after(gate, says('Hello')), after(gate, fails(500)));
      const good = await stream();
      // The second may not overtake the first on its way to the script.
      await talk.upstream.nextCall();
      const bad = await stream();
      gate.open();
      expect(textIn(await chunksOf(good))).toBe('Hello');
      expect(await thrown(chunksOf(bad))).toMatchObject({ code: 'upstream_unavailable', type: 'server_error' });
    } finally {
      fiveSeconds.mockRestore();
    }
  });

  it('is not begun for who leaves before', async () => {
    talk.upstream.answers(says(stall()));
    const leave = new AbortController();
    const error = thrown(
      client.chat.completions.create({ model: MODEL, messages: hi, stream: true }, { signal: leave.signal }),
    );
    const call = await talk.upstream.nextCall();
    leave.abort();
    expect(await error).toBeInstanceOf(APIUserAbortError);
    expect(await call.ended).toBe('client left');
    await eventually(async () => (await ledger()).length === 1);
    expect(await ledger()).toMatchObject([{ status: 'stopped', prompt_tokens: 8, completion_tokens: 0 }]);
  });
});

describe('an answer that a conversation keeps', () => {
  interface Kept {
    readonly messages: readonly { readonly role: string; readonly content: string }[];
    readonly system_message: string | null;
    readonly model: string;
  }
  const kept = async (id: string) =>
    (await talk.app.api.get<{ data: Kept }>(`/api/v1/conversations/${id}`, { token: talk.alice.token })).body.data;
  const keeping = (conversation: string) => ({ headers: { 'X-Conversation-ID': conversation } });
  const askIn = (conversation: string, messages: Messages, more: object = {}) =>
    client.chat.completions.create({ model: MODEL, messages, ...more }, keeping(conversation)).withResponse();
  const promptOf = (call: number) => talk.upstream.calls[call]?.body?.messages.map(({ content }) => content);

  it('begins one, goes on in it, and is a turn like any other', async () => {
    talk.upstream.answers(
      says('one', { usage }),
      says('two', { usage }),
      says('three', { usage }),
      says('four', { usage }),
    );
    const first = await askIn('new', [{ role: 'developer', content: 'Be brief' }, ...hi], { seed: 7 });
    const id = first.response.headers.get('x-conversation-id') ?? '';
    expect(first.data).toMatchObject({
      ...{ object: 'chat.completion', model: MODEL, usage },
      choices: [{ message: { role: 'assistant', content: 'one' }, finish_reason: 'stop' }],
    });
    expect(talk.upstream.calls[0]?.body).toMatchObject({ seed: 7, stream: true });
    expect(await kept(id)).toMatchObject({ model: MODEL, system_message: 'Be brief' });
    await askIn(id, [{ role: 'user', content: 'And?' }]);
    expect(promptOf(1)).toEqual(['Be brief', 'Hi', 'one', 'And?']);
    await askIn(id, [
      { role: 'system', content: 'Be long' },
      { role: 'user', content: 'More' },
    ]);
    expect(promptOf(2)).toEqual(['Be long', 'Hi', 'one', 'And?', 'two', 'More']);
    const own: Messages = [...hi, { role: 'assistant', content: 'mine' }, { role: 'user', content: 'Else' }];
    const answer = await talk.app.api.post(
      '/v1/chat/completions',
      { model: MODEL, messages: own },
      { token: talk.alice.token, ...keeping(id) },
    );
    expect([answer.status, promptOf(3)]).toEqual([200, ['Hi', 'mine', 'Else']]);
    expect((await kept(id)).messages.map(({ content }) => content)).toEqual([
      ...['Hi', 'one', 'And?', 'two', 'More', 'three', 'Else', 'four'],
    ]);
    expect(await used()).toEqual({ requests: 4, tokens: 40 });
    await ask();
    const path = '/api/v1/users/me/usage?group_by=conversation';
    const { body } = await talk.app.api.get<{ data: { usage: object[] } }>(path, { token: talk.alice.token });
    expect(body.data.usage).toMatchObject([
      { conversation_id: null, requests: 1 },
      { conversation_id: id, requests: 4 },
    ]);
  });

  it('streams as OpenAI does, with its usage, and is stopped from anywhere', async () => {
    talk.upstream.answers(says('Hé', 'l😀', { usage }), says('Hé', stall()));
    const id = await talk.begin();
    const options = { model: MODEL, messages: hi, stream: true, stream_options: { include_usage: true } } as const;
    const chunks = await chunksOf(await client.chat.completions.create(options, keeping(id)));
    expect([textIn(chunks), chunks.at(-1)?.choices, chunks.at(-1)?.usage]).toEqual(['Hél😀', [], usage]);
    expect(chunks.map(({ choices }) => choices[0]?.finish_reason).filter(Boolean)).toEqual(['stop']);
    let text = '';
    for await (const { id: answer, choices } of await client.chat.completions.create(options, keeping(id))) {
      text += choices[0]?.delta.content ?? '';
      if (choices[0]?.delta.content === 'Hé') await talk.post(`messages/${answer.replace('chatcmpl-', '')}/stop`, {});
    }
    expect([text, (await talk.answerIn(id))?.status]).toEqual(['Hé', 'stopped']);
  });

  it('goes on when its client leaves, one at a time, and is seen by the other devices', async () => {
    const gate = talk.upstream.gate();
    talk.upstream.answers(says('one', gate, ' two', { usage }));
    const id = await talk.begin();
    const socket = await rawSocket(talk, talk.alice.token);
    const answer = await client.chat.completions.create({ model: MODEL, messages: hi, stream: true }, keeping(id));
    for await (const { choices } of answer) if (choices[0]?.delta.content === 'one') break;
    expect((await socket.next('message_created')).conversation_id).toBe(id);
    expect(await thrown(askIn(id, hi))).toBeInstanceOf(ConflictError);
    gate.open();
    expect(await socket.next('message_updated')).toMatchObject({ message: { content: 'one two', status: 'complete' } });
    await socket.leave();
  });

  it('is nowhere but where its owner has a place for it', async () => {
    const theirs = await talk.begin({}, talk.bob);
    for (const place of [theirs, '019b76da-a800-7000-8000-000000000099', 'old']) {
      expect(await thrown(askIn(place, hi))).toMatchObject({ status: 404, code: 'not_found' });
    }
    expect(talk.upstream.calls).toHaveLength(0);
  });

  it.each([
    ['tools', { tools: [{ type: 'function', function: { name: 'f' } }] }, 'tools'],
    [
      'images',
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }] },
      'messages[0]',
    ],
    ['what a tool has told', { messages: [...hi, { role: 'tool', tool_call_id: 'x', content: 'y' }] }, 'messages[1]'],
    ['no question', { messages: [{ role: 'system', content: 'x' }] }, 'messages[0].role'],
    ['blanks', { messages: [{ role: 'user', content: ' ' }] }, 'messages[0].content'],
  ])('has no place for %s', async (_name, changes, param) => {
    const { status, body } = await post({ model: MODEL, messages: hi, ...changes }, key, {
      'x-conversation-id': 'new',
    });
    expect([status, body.error.param]).toEqual([400, param]);
    expect(talk.upstream.calls).toHaveLength(0);
  });
});

describe('what is refused', () => {
  it.each([
    ['more answers than one', { n: 2 }, 'n', 'unsupported_value'],
    ['no model', { model: undefined }, 'model', 'missing_required_parameter'],
    ['no messages', { messages: [] }, 'messages', 'missing_required_parameter'],
    ['messages that are none', { messages: 'Hi' }, 'messages', 'invalid_type'],
    [
      'an unknown role',
      { messages: [...hi, { role: 'robot', content: 'x' }] },
      'messages[1].role',
      'unsupported_value',
    ],
    ['no content', { messages: [{ role: 'user' }] }, 'messages[0].content', 'missing_required_parameter'],
    ['NUL', { messages: [{ role: 'user', content: 'a\0' }] }, 'messages[0].content', 'invalid_value'],
    ['NUL anywhere', { metadata: { of: ['a', 'b\0'] } }, 'metadata.of[1]', 'invalid_value'],
    ['NUL in a name', { metadata: { 'a\0': 1 } }, 'metadata.a\\u0000', 'invalid_value'],
    ['heat', { temperature: 2.1 }, 'temperature', 'invalid_value'],
    ['a length of none', { max_completion_tokens: 0 }, 'max_completion_tokens', 'invalid_value'],
    ['a length beyond the model', { max_tokens: 900_000 }, 'max_tokens', 'invalid_value'],
    ['five stops', { stop: ['a', 'b', 'c', 'd', 'e'] }, 'stop', 'invalid_value'],
    ['a stream that is a word', { stream: 'yes' }, 'stream', 'invalid_type'],
  ])('%s, at no cost', async (_name, changes, param, code) => {
    const { status, body } = await post({ model: MODEL, messages: hi, ...changes });
    expect([status, body.error]).toEqual([
      400,
      { message: expect.stringContaining(param) as string, type: 'invalid_request_error', param, code },
    ]);
    expect(talk.upstream.calls).toHaveLength(0);
    expect(await used()).toEqual({ requests: 0, tokens: 0 });
  });

  it('has the errors that the official client knows', async () => {
    const errorOf = (changes: object) => thrown(ask(changes));
    expect(await errorOf({ n: 2 })).toBeInstanceOf(BadRequestError);
    expect(await errorOf({ model: 'gpt-0' })).toBeInstanceOf(NotFoundError);
    client = clientWith('sk-wrong');
    const unknown = await errorOf({});
    expect(unknown).toBeInstanceOf(AuthenticationError);
    expect(unknown).toMatchObject({ code: 'invalid_api_key', type: 'invalid_request_error', param: null });
    client = clientWith((await makeApiKey(talk.app, talk.alice, { scopes: ['read'] })).key);
    expect(await errorOf({})).toBeInstanceOf(PermissionDeniedError);
    client = clientWith(key);
    talk.upstream.answers(
      fails(503),
      fails(429, { retryAfter: 30 }),
      fails(400, { message: 'Bad schema', code: 'bad_schema' }),
      fails(401),
    );
    expect(await errorOf({})).toBeInstanceOf(InternalServerError);
    const limited = await errorOf({});
    expect(limited).toBeInstanceOf(RateLimitError);
    expect((limited as APIError).headers?.get('retry-after')).toBe('30');
    expect(await errorOf({})).toMatchObject({
      status: 400,
      code: 'bad_schema',
      message: expect.stringContaining('Bad schema') as string,
    });
    expect(await errorOf({})).toMatchObject({ status: 503, code: 'upstream_unavailable' });
    expect(await used()).toEqual({ requests: 0, tokens: 0 });
  });

  it('is a quota that is used up', async () => {
    await limit({ dailyRequests: 1 });
    await ask();
    const error = await thrown(stream());
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ code: 'insufficient_quota', type: 'insufficient_quota' });
    expect(Number((error as APIError).headers?.get('retry-after'))).toBeGreaterThan(0);
    expect(talk.upstream.calls).toHaveLength(1);
  });

  it('has its own shape whatever it is: a route, a method, a body', async () => {
    const { token } = talk.alice;
    const shapeOf = async (method: string, path: string, body?: unknown, headers = {}) => {
      const answer = await talk.app.api.send<{ error: { code: string | null } }>(method, path, {
        token,
        body,
        headers,
      });
      return [answer.status, answer.body.error.code, answer.headers.get('allow')];
    };
    expect(await shapeOf('POST', '/v1/responses', {})).toEqual([404, 'not_found', null]);
    expect(await shapeOf('POST', '/v1/completions', {})).toEqual([404, 'not_found', null]);
    expect(await shapeOf('GET', '/v1/chat/completions')).toEqual([405, 'method_not_supported', 'POST']);
    expect(await shapeOf('POST', '/v1/chat/completions', '{"a":')).toEqual([400, null, null]);
    expect(await shapeOf('POST', '/v1/chat/completions', '[]')).toEqual([400, null, null]);
    expect(await shapeOf('POST', '/v1/chat/completions', 'a', { 'content-type': 'text/plain' })).toEqual([
      ...[415, 'unsupported_content_type', null],
    ]);
    expect(await shapeOf('POST', '/v1/chat/completions', `{"a":"${'x'.repeat(20 * 1024 * 1024)}"}`)).toEqual([
      ...[413, 'request_too_large', null],
    ]);
    const image = { type: 'image_url', image_url: { url: 'x'.repeat(2 * 1024 * 1024) } };
    expect((await post({ model: MODEL, messages: [{ role: 'user', content: [image] }], max_tokens: 5 })).status).toBe(
      200,
    );
  });
});

describe('on a bare machine', () => {
  it('the demo model answers the official client, within the limits of all who send', async () => {
    const app = await startApp({ environment: { RATE_LIMIT_SEND: '2/60' } });
    const { token } = await register(app);
    client = clientWith(token, app.baseUrl);
    const [model] = (await client.models.list()).data;
    const whole = await ask({ model: model?.id ?? '' });
    const chunks = await chunksOf(await stream({ model: model?.id ?? '', stream_options: { include_usage: true } }));
    expect(whole.choices[0]?.message.content).toMatch(/demo/);
    expect([textIn(chunks), chunks.at(-1)?.usage]).toEqual([whole.choices[0]?.message.content, whole.usage]);
    const limited = await thrown(ask({ model: 'demo' }));
    expect(limited).toMatchObject({ status: 429, code: 'rate_limit_exceeded', type: 'requests' });
    expect(Number((limited as APIError).headers?.get('retry-after'))).toBeGreaterThan(0);
    client = clientWith((await register(app)).token, app.baseUrl);
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } } as const;
    const blind = await thrown(ask({ model: 'demo', messages: [{ role: 'user', content: [image] }] }));
    expect(blind).toMatchObject({ status: 400, param: 'messages[0].content', code: 'invalid_value' });
    await app.stop();
  });
});

async function limit(limits: object): Promise<void> {
  const none = { dailyRequests: null, monthlyRequests: null, dailyTokens: null, monthlyTokens: null };
  const admin = {
    userId: talk.bob.id,
    username: 'bob',
    permissions: new Set<never>(),
    credential: { kind: 'session', id: talk.bob.id },
  } as const;
  await talk.app.nest.get(QuotaAdministration).setOverride(admin, talk.alice.id, { ...none, ...limits });
}
