import OpenAI from 'openai';
import { callsTool, fails, says, stall, startUpstream, type Upstream, type Usage } from './upstream';
import { eventsIn, nextPiece, question, readAll, UpstreamClient } from './upstream-client';

let upstream: Upstream;
let client: UpstreamClient;

beforeAll(async () => {
  upstream = await startUpstream();
  client = new UpstreamClient(upstream.baseUrl);
});
beforeEach(() => upstream.reset());
afterAll(() => upstream.close());

const usage: Usage = { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 };

describe('what is said', () => {
  it('is streamed as OpenAI does', async () => {
    upstream.answers(says('Hel', 'lo 日本 😀'));
    const response = await client.post({ ...question('Hi'), stream: true, stream_options: { include_usage: true } });
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const events = eventsIn(await response.text());
    expect(events.pop()).toBe('data: [DONE]');
    const origin = {
      id: 'chatcmpl-0',
      object: 'chat.completion.chunk',
      created: expect.any(Number),
      model: 'gpt-4o',
    };
    const chunk = (delta: object, finish_reason: string | null) => ({
      ...origin,
      choices: [{ index: 0, delta, logprobs: null, finish_reason }],
      usage: null,
    });
    const [call] = upstream.calls;
    expect(events.map((event) => JSON.parse(event.replace(/^data: /, '')))).toEqual([
      chunk({ role: 'assistant', content: '' }, null),
      chunk({ content: 'Hel' }, null),
      chunk({ content: 'lo 日本 😀' }, null),
      chunk({}, 'stop'),
      { ...origin, choices: [], usage: call?.usage },
    ]);
    expect(call?.usage).toEqual({ prompt_tokens: 8, completion_tokens: 2, total_tokens: 10 });
  });

  it('is one JSON object where no stream is asked for', async () => {
    upstream.answers(says('Hel', 'lo', { usage }));
    const { choices, usage: told, model, object } = await client.complete();
    expect({ model, object, told }).toEqual({ model: 'gpt-4o', object: 'chat.completion', told: usage });
    expect(choices).toMatchObject([{ message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }]);
    expect(upstream.calls).toMatchObject([{ usage, pieces: 2 }]);
  });

  it.each(['length', 'content_filter', 'tool_calls', 'something_new'])('finishes with %s', async (reason) => {
    upstream.otherwise(says('x', { finish: reason }));
    expect(await readAll(await client.stream())).toEqual({ text: 'x', finish: reason, error: undefined });
    expect((await client.complete()).choices[0]?.finish_reason).toBe(reason);
  });

  it('may be a call of a tool', async () => {
    upstream.otherwise(says(callsTool('weather', '{"city":', '"Bern"}'), callsTool('time'), { finish: 'tool_calls' }));
    const weather = { id: 'call_0', type: 'function', function: { name: 'weather', arguments: '{"city":"Bern"}' } };
    const time = { id: 'call_1', type: 'function', function: { name: 'time', arguments: '' } };
    const { message } = (await client.complete()).choices[0] ?? {};
    expect(message).toMatchObject({ content: null, tool_calls: [weather, time] });

    const deltas = [];
    for await (const { choices } of await client.stream()) deltas.push(choices[0]?.delta.tool_calls?.[0]);
    expect(deltas).toEqual([
      undefined,
      { index: 0, ...weather, function: { name: 'weather', arguments: '' } },
      { index: 0, function: { arguments: '{"city":' } },
      { index: 0, function: { arguments: '"Bern"}' } },
      { index: 1, ...time },
      undefined,
    ]);
    expect(upstream.calls.map(({ pieces }) => pieces)).toEqual([4, 4]);
  });
});

describe('usage', () => {
  const reported = async () => {
    const told = [];
    for await (const chunk of await client.stream()) told.push(chunk.usage);
    return told.at(-1);
  };

  it('is sent unasked when it is scripted', async () => {
    upstream.answers(says('x', { usage }));
    expect(await reported()).toEqual(usage);
    expect(upstream.calls).toMatchObject([{ usage }]);
  });

  it('is not sent unasked otherwise', async () => {
    upstream.answers(says('x'));
    expect(await reported()).toBeUndefined();
    expect(upstream.calls).toMatchObject([{ usage: undefined }]);
  });

  it('can be left out though it was asked for', async () => {
    upstream.otherwise(says('x', { usage: null }));
    const asked = await client.post({ ...question('Hi'), stream: true, stream_options: { include_usage: true } });
    expect(eventsIn(await asked.text())).toHaveLength(4);
    expect((await client.complete()).usage).toBeUndefined();
    expect(upstream.calls).toMatchObject([{ usage: undefined }, { usage: undefined }]);
  });

  it.each([
    { prompt_tokens: -1, completion_tokens: 1e300, total_tokens: 0.5 },
    { prompt_tokens: 'many' } as unknown as Usage,
  ])('can be absurd: %j', async (absurd) => {
    upstream.answers(says('x', { usage: absurd }));
    expect(await reported()).toEqual(absurd);
    expect(upstream.calls).toMatchObject([{ usage: absurd }]);
  });
});

describe('the script', () => {
  it('is played in order, then the default', async () => {
    upstream.answers(fails(500), says('first'));
    upstream.otherwise(says('default'));
    await expect(client.complete()).rejects.toMatchObject({ status: 500 });
    const texts = [await client.complete(), await client.complete(), await client.complete()].map(
      (answer) => answer.choices[0]?.message.content,
    );
    expect(texts).toEqual(['first', 'default', 'default']);
  });

  it('echoes when nothing is scripted', async () => {
    const said = await readAll(await client.stream('How are you?'));
    expect(said.text).toBe('You said: How are you?');
    expect(upstream.calls).toMatchObject([{ pieces: 4 }]);
  });

  it('may look at the call', async () => {
    upstream.otherwise(({ body }) => (body?.model === 'gpt-4o' ? says('big') : fails(404)));
    expect((await client.complete()).choices[0]?.message.content).toBe('big');
    expect((await client.post({ ...question('Hi'), model: 'other' })).status).toBe(404);
  });

  it('is forgotten by a reset, which also cuts what still runs', async () => {
    upstream.answers(says(stall()), says('old'));
    upstream.otherwise(says('old'));
    const stalled = client.complete();
    const call = await upstream.nextCall();
    upstream.reset();
    await expect(stalled).rejects.toThrow(OpenAI.APIConnectionError);
    expect(await call.ended).toBe('cut by script');
    expect(upstream.calls).toEqual([]);
    const fresh = client.complete('new');
    expect((await upstream.nextCall()).body?.messages).toEqual([{ role: 'user', content: 'new' }]);
    expect((await fresh).choices[0]?.message.content).toBe('You said: new');
  });
});

describe('the record', () => {
  it('holds every call in order', async () => {
    await client.openai.models.list();
    await client.complete('one');
    await readAll(await client.stream('two'));
    await Promise.all(upstream.calls.map(({ ended }) => ended));
    expect(upstream.calls).toMatchObject([
      { method: 'GET', path: '/v1/models', body: undefined, pieces: 0, ending: 'answered' },
      { method: 'POST', path: '/v1/chat/completions', body: question('one'), pieces: 2, ending: 'answered' },
      { headers: { authorization: 'Bearer sk-test' }, body: { stream: true }, pieces: 2, ending: 'answered' },
    ]);
    const times = upstream.calls.map(({ arrivedAt }) => arrivedAt);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(performance.now() - Math.min(...times)).toBeLessThan(10_000);
  });

  it('hands out each call once, come or to come', async () => {
    const [first, second] = [upstream.nextCall(), upstream.nextCall()];
    await client.complete('one');
    await client.complete('two');
    await client.complete('three');
    expect([await first, await second, await upstream.nextCall()]).toEqual(upstream.calls);
    expect(upstream.calls).toHaveLength(3);
  });

  it('tells when the client has left', async () => {
    const gate = upstream.gate();
    let wentOn = false;
    upstream.answers(says('a', 'b', gate, 'c', { run: () => void (wentOn = true) }, { usage }));
    const chunks = await client.stream();
    const call = await upstream.nextCall();
    const pieces = chunks[Symbol.asyncIterator]();
    expect([await nextPiece(pieces), await nextPiece(pieces)]).toEqual(['a', 'b']);
    expect(call.ending).toBeUndefined();
    chunks.controller.abort();
    expect(await call.ended).toBe('client left');
    gate.open();
    await client.meanwhile();
    expect(wentOn).toBe(false);
    expect(call).toMatchObject({ ending: 'client left', pieces: 2, usage: undefined });
  });
});

describe('other routes', () => {
  it('list the models', async () => {
    const { data } = await client.openai.models.list();
    expect(data.map(({ id, object }) => ({ id, object }))).toContainEqual({ id: 'gpt-4o', object: 'model' });
  });

  it('are unknown, and leave the script alone', async () => {
    upstream.answers(says('for the chat'));
    await expect(client.openai.embeddings.create({ model: 'x', input: 'y' })).rejects.toThrow(OpenAI.NotFoundError);
    expect((await client.complete()).choices[0]?.message.content).toBe('for the chat');
  });

  it('refuse what is not JSON', async () => {
    const response = await client.post({}, { body: '{"model":' });
    expect(response.status).toBe(400);
    expect(upstream.calls).toMatchObject([{ body: undefined }]);
  });
});

describe('many at once', () => {
  it('answers 500 streams, all open together, and reports what each was told', async () => {
    const gate = upstream.gate();
    upstream.otherwise(({ body }) => {
      const n = Number(body?.messages[0]?.content);
      return says(`${n}`, gate, '!', { usage: { prompt_tokens: n, completion_tokens: 2, total_tokens: n + 2 } });
    });
    const answers = Array.from({ length: 500 }, async (_, n) => {
      const body = await (await client.post({ ...question(String(n)), stream: true })).text();
      const [told = ''] = eventsIn(body).slice(-2);
      return JSON.parse(told.replace(/^data: /, '')).usage;
    });
    await Promise.all(answers.map(() => upstream.nextCall()));
    expect(upstream.calls.filter(({ ending }) => ending === undefined)).toHaveLength(500);
    gate.open();
    const told = await Promise.all(answers);
    expect(told.map(({ total_tokens }) => total_tokens)).toEqual(Array.from({ length: 500 }, (_, n) => n + 2));
    await Promise.all(upstream.calls.map(({ ended }) => ended));
    const byPrompt = [...upstream.calls].sort((a, b) => (a.usage?.prompt_tokens ?? 0) - (b.usage?.prompt_tokens ?? 0));
    expect(byPrompt.map((call) => call.usage)).toEqual(told);
  }, 30_000);
});
