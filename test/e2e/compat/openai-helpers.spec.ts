import OpenAI, { APIConnectionError, APIUserAbortError, type RateLimitError } from 'openai';
import { LengthFinishReasonError } from 'openai/error';
import { makeApiKey } from '../../factories/people';
import { callsTool, fails, says, stall } from '../../harness/upstream';
import { Talk } from '../chat/talk';

const MODEL = 'gpt-4o-mini';
const usage = { prompt_tokens: 8, completion_tokens: 2, total_tokens: 10 };
const asked = { model: MODEL, messages: [{ role: 'user' as const, content: 'How is the weather?' }] };
const SCHEMA = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };

let talk: Talk;
let client: OpenAI;

beforeAll(async () => {
  talk = await Talk.start({ RATE_LIMIT_SEND: '4/2' });
});
beforeEach(async () => {
  await talk.anew();
  const apiKey = (await makeApiKey(talk.app, talk.alice)).key;
  client = new OpenAI({ apiKey, baseURL: `${talk.app.baseUrl}/v1`, maxRetries: 0, logLevel: 'off' });
});
afterAll(() => talk.stop());

describe('what the official client builds upon our answers', () => {
  it('gathers a stream: its text, its usage, and the message', async () => {
    talk.upstream.answers(says('Hé', 'l😀', { usage }));
    const deltas: string[] = [];
    const stream = client.chat.completions.stream({ ...asked, stream_options: { include_usage: true } });
    stream.on('content', (delta) => deltas.push(delta));
    expect(await stream.finalContent()).toBe('Hél😀');
    expect(deltas.join('')).toBe('Hél😀');
    expect(await stream.totalUsage()).toMatchObject(usage);
    const { choices, model } = await stream.finalChatCompletion();
    expect([model, choices[0]?.finish_reason, choices[0]?.message.role]).toEqual([MODEL, 'stop', 'assistant']);
  });

  it('gathers what a conversation keeps as well', async () => {
    talk.upstream.answers(says('One', { usage }));
    const options = { headers: { 'X-Conversation-ID': 'new' } };
    const stream = client.chat.completions.stream({ ...asked, stream_options: { include_usage: true } }, options);
    expect(await stream.finalContent()).toBe('One');
    expect(await stream.totalUsage()).toMatchObject(usage);
    expect((await stream.finalChatCompletion()).id).toMatch(/^chatcmpl-[\da-f-]{36}$/);
  });

  it.each([false, true])('runs tools, several at once, until there is an answer (streamed: %s)', async (stream) => {
    talk.upstream.answers(
      says(callsTool('weather', '{"city":', '"Łódź"}'), callsTool('weather', '{"city":"Oslo"}'), {
        finish: 'tool_calls',
      }),
      says('Rain and snow'),
    );
    const cities: string[] = [];
    const tool = {
      type: 'function' as const,
      function: {
        name: 'weather',
        description: 'How it is',
        parameters: SCHEMA,
        parse: JSON.parse as (text: string) => { city: string },
        function: ({ city }: { city: string }) => {
          cities.push(city);
          return `weather of ${city}`;
        },
      },
    };
    const body = { ...asked, tools: [tool], parallel_tool_calls: true };
    const runner = stream
      ? client.chat.completions.runTools({ ...body, stream })
      : client.chat.completions.runTools(body);
    expect(await runner.finalContent()).toBe('Rain and snow');
    expect(cities).toEqual(['Łódź', 'Oslo']);
    expect(talk.upstream.calls[0]?.body).toMatchObject({ parallel_tool_calls: true });
    expect(talk.upstream.calls[1]?.body?.messages.map(({ role, content }) => [role, content])).toEqual([
      ['user', 'How is the weather?'],
      ['assistant', null],
      ['tool', 'weather of Łódź'],
      ['tool', 'weather of Oslo'],
    ]);
  });

  it('parses what has a schema, and knows what was cut short', async () => {
    const response_format = {
      type: 'json_schema' as const,
      json_schema: { name: 'place', strict: true, schema: SCHEMA },
    };
    talk.upstream.answers(says('{"city":', '"Oslo"}'), says('{"city":', { finish: 'length' }));
    const { choices } = await client.chat.completions.parse({ ...asked, response_format });
    expect(choices[0]?.message.content).toBe('{"city":"Oslo"}');
    expect(talk.upstream.calls[0]?.body?.['response_format']).toEqual(response_format);
    await expect(client.chat.completions.parse({ ...asked, response_format })).rejects.toThrow(LengthFinishReasonError);
  });

  it('pages through the models, and finds each', async () => {
    const ids: string[] = [];
    for await (const { id } of client.models.list()) ids.push(id);
    expect(ids).toContain(MODEL);
    for (const id of ids) expect((await client.models.retrieve(id)).id).toBe(id);
  });
});

describe('what the official client does by itself', () => {
  it('tries again what was limited, after the time that it is told', async () => {
    const patient = client.withOptions({ maxRetries: 2 });
    talk.upstream.answers(fails(429, { retryAfter: 1 }), says('Hello'));
    const { data, response, request_id } = await patient.chat.completions.create(asked).withResponse();
    expect(data.choices[0]?.message.content).toBe('Hello');
    expect(request_id).toBe(response.headers.get('x-request-id'));
    expect(talk.upstream.calls).toHaveLength(2);
  });

  it('is limited itself, and told for how long', async () => {
    talk.upstream.otherwise(says('Hello'));
    const sent = await Promise.allSettled(Array.from({ length: 5 }, () => client.chat.completions.create(asked)));
    const refused = sent.flatMap((each) => (each.status === 'rejected' ? [each.reason as RateLimitError] : []));
    expect(refused.map(({ status, code, type }) => [status, code, type])).toEqual([
      [429, 'rate_limit_exceeded', 'requests'],
    ]);
    expect(Number(refused[0]?.headers?.get('retry-after'))).toBeGreaterThan(0);
  });

  it('leaves when it has no more time, or is told to, and the upstream is left as well', async () => {
    talk.upstream.answers(says(stall()), says('Hel', stall()));
    // In the realm of jest it takes the end of its own time for another error of the connection.
    await expect(client.chat.completions.create(asked, { timeout: 1_000 })).rejects.toThrow(APIConnectionError);
    const stream = client.chat.completions.stream(asked);
    await new Promise<void>((resolve) => stream.once('content', () => resolve()));
    stream.abort();
    await expect(stream.done()).rejects.toThrow(APIUserAbortError);
    for (const call of talk.upstream.calls) expect(await call.ended).toBe('client left');
  });
});

it('passes on what only the model understands', async () => {
  const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=', detail: 'low' } } as const;
  const wishes = {
    ...{ stop: ['\n', 'END'], seed: 7, logprobs: true, top_logprobs: 2, top_p: 0.5, logit_bias: { 50256: -100 } },
    ...{ presence_penalty: 0.1, frequency_penalty: -0.1, reasoning_effort: 'low' as const, metadata: { of: 'tests' } },
  };
  const messages = [
    { role: 'developer' as const, content: 'Be brief' },
    { role: 'user' as const, content: [{ type: 'text' as const, text: 'What is it?' }, image] },
  ];
  await client.chat.completions.create({ ...asked, model: 'gpt-4o', messages, max_completion_tokens: 7, ...wishes });
  const [{ body } = {}] = talk.upstream.calls;
  expect(body).toMatchObject({ ...wishes, messages });
  expect(body?.['max_tokens'] ?? body?.['max_completion_tokens']).toBe(7);
});
