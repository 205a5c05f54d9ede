import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import OpenAI from 'openai';
import {
  after,
  callsTool,
  cut,
  deadBaseUrl,
  fails,
  finish,
  headers,
  pause,
  raw,
  redirects,
  says,
  stall,
  startUpstream,
  torn,
  type Answer,
  type Step,
  type Upstream,
  type Usage,
} from './upstream';

let upstream: Upstream;
let client: OpenAI;

beforeAll(async () => {
  upstream = await startUpstream();
  client = new OpenAI({ baseURL: upstream.baseUrl, apiKey: 'sk-test', maxRetries: 0 });
});
beforeEach(() => upstream.reset());
afterAll(() => upstream.close());

const usage: Usage = { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 };

const question = (content: string) => ({ model: 'gpt-4o', messages: [{ role: 'user' as const, content }] });
const complete = (content = 'Hi') => client.chat.completions.create(question(content));
const stream = (content = 'Hi') => client.chat.completions.create({ ...question(content), stream: true });
const post = (body: object, init: RequestInit = {}) =>
  fetch(`${upstream.baseUrl}/chat/completions`, { method: 'POST', body: JSON.stringify(body), ...init });
const postStream = (init?: RequestInit) => post({ ...question('Hi'), stream: true }, init);

/** Long enough for everything else to happen that is going to. */
const meanwhile = () => client.models.list();

/** The next piece of text that is not empty. */
async function nextPiece(chunks: AsyncIterator<OpenAI.ChatCompletionChunk>): Promise<string> {
  for (;;) {
    const { value, done } = await chunks.next();
    if (done === true) throw new Error('the stream ended before the next piece');
    const piece = value.choices[0]?.delta.content;
    if (piece) return piece;
  }
}

/** Reads the rest; what went wrong, if anything, comes as an error beside the text. */
async function readRest(chunks: AsyncIterable<OpenAI.ChatCompletionChunk>) {
  const seen = { text: '', finish: null as string | null, error: undefined as unknown };
  try {
    for await (const { choices } of chunks) {
      seen.text += choices[0]?.delta.content ?? '';
      seen.finish = choices[0]?.finish_reason ?? seen.finish;
    }
  } catch (error) {
    seen.error = error;
  }
  return seen;
}

/** What a socket receives, each HTTP chunk of the body on its own. */
async function readChunks(): Promise<Buffer[]> {
  const asking = request(`${upstream.baseUrl}/chat/completions`, { method: 'POST', agent: false });
  const answering = once(asking, 'response');
  asking.end(JSON.stringify({ ...question('Hi'), stream: true }));
  const [response] = (await answering) as [IncomingMessage];
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(response, 'end');
  return chunks;
}

/** All bytes that reach a socket before it is closed. */
async function readBytes(body: object): Promise<Buffer> {
  const { hostname, port } = new URL(upstream.baseUrl);
  const json = JSON.stringify(body);
  const socket = connect(Number(port), hostname);
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`,
  );
  const received: Buffer[] = [];
  for await (const bytes of socket) received.push(bytes as Buffer);
  return Buffer.concat(received);
}

const eventsIn = (body: string) => body.split(/(?:\r?\n){2}/).filter((event) => event !== '');

describe('what is said', () => {
  it('is streamed as OpenAI does', async () => {
    upstream.answers(says('Hel', 'lo 日本 😀'));
    const response = await post({ ...question('Hi'), stream: true, stream_options: { include_usage: true } });
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
    const { choices, usage: told, model, object } = await complete();
    expect({ model, object, told }).toEqual({ model: 'gpt-4o', object: 'chat.completion', told: usage });
    expect(choices).toMatchObject([{ message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }]);
    expect(upstream.calls).toMatchObject([{ usage, pieces: 2 }]);
  });

  it.each(['length', 'content_filter', 'tool_calls', 'something_new'])('finishes with %s', async (reason) => {
    upstream.otherwise(says('x', { finish: reason }));
    expect(await readRest(await stream())).toEqual({ text: 'x', finish: reason, error: undefined });
    expect((await complete()).choices[0]?.finish_reason).toBe(reason);
  });

  it('may be a call of a tool', async () => {
    upstream.otherwise(says(callsTool('weather', '{"city":', '"Bern"}'), callsTool('time'), { finish: 'tool_calls' }));
    const weather = { id: 'call_0', type: 'function', function: { name: 'weather', arguments: '{"city":"Bern"}' } };
    const time = { id: 'call_1', type: 'function', function: { name: 'time', arguments: '' } };
    const { message } = (await complete()).choices[0] ?? {};
    expect(message).toMatchObject({ content: null, tool_calls: [weather, time] });

    const deltas = [];
    for await (const { choices } of await stream()) deltas.push(choices[0]?.delta.tool_calls?.[0]);
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
    for await (const chunk of await stream()) told.push(chunk.usage);
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
    const asked = await post({ ...question('Hi'), stream: true, stream_options: { include_usage: true } });
    expect(eventsIn(await asked.text())).toHaveLength(4);
    expect((await complete()).usage).toBeUndefined();
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
    await expect(complete()).rejects.toMatchObject({ status: 500 });
    const texts = [await complete(), await complete(), await complete()].map(
      (answer) => answer.choices[0]?.message.content,
    );
    expect(texts).toEqual(['first', 'default', 'default']);
  });

  it('echoes when nothing is scripted', async () => {
    const said = await readRest(await stream('How are you?'));
    expect(said.text).toBe('You said: How are you?');
    expect(upstream.calls).toMatchObject([{ pieces: 4 }]);
  });

  it('may look at the call', async () => {
    upstream.otherwise(({ body }) => (body?.model === 'gpt-4o' ? says('big') : fails(404)));
    expect((await complete()).choices[0]?.message.content).toBe('big');
    expect((await post({ ...question('Hi'), model: 'other' })).status).toBe(404);
  });

  it('is forgotten by a reset, which also cuts what still runs', async () => {
    upstream.answers(says(stall()), says('old'));
    upstream.otherwise(says('old'));
    const stalled = complete();
    const call = await upstream.nextCall();
    upstream.reset();
    await expect(stalled).rejects.toThrow(OpenAI.APIConnectionError);
    expect(await call.ended).toBe('cut by script');
    expect(upstream.calls).toEqual([]);
    const fresh = complete('new');
    expect((await upstream.nextCall()).body?.messages).toEqual([{ role: 'user', content: 'new' }]);
    expect((await fresh).choices[0]?.message.content).toBe('You said: new');
  });
});

describe('the record', () => {
  it('holds every call in order', async () => {
    await client.models.list();
    await complete('one');
    await readRest(await stream('two'));
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
    await complete('one');
    await complete('two');
    await complete('three');
    expect([await first, await second, await upstream.nextCall()]).toEqual(upstream.calls);
    expect(upstream.calls).toHaveLength(3);
  });

  it('tells when the client has left', async () => {
    const gate = upstream.gate();
    let wentOn = false;
    upstream.answers(says('a', 'b', gate, 'c', { run: () => void (wentOn = true) }, { usage }));
    const chunks = await stream();
    const call = await upstream.nextCall();
    const pieces = chunks[Symbol.asyncIterator]();
    expect([await nextPiece(pieces), await nextPiece(pieces)]).toEqual(['a', 'b']);
    expect(call.ending).toBeUndefined();
    chunks.controller.abort();
    expect(await call.ended).toBe('client left');
    gate.open();
    await meanwhile();
    expect(wentOn).toBe(false);
    expect(call).toMatchObject({ ending: 'client left', pieces: 2, usage: undefined });
  });
});

describe('other routes', () => {
  it('list the models', async () => {
    const { data } = await client.models.list();
    expect(data.map(({ id, object }) => ({ id, object }))).toContainEqual({ id: 'gpt-4o', object: 'model' });
  });

  it('are unknown, and leave the script alone', async () => {
    upstream.answers(says('for the chat'));
    await expect(client.embeddings.create({ model: 'x', input: 'y' })).rejects.toThrow(OpenAI.NotFoundError);
    expect((await complete()).choices[0]?.message.content).toBe('for the chat');
  });

  it('refuse what is not JSON', async () => {
    const response = await post({}, { body: '{"model":' });
    expect(response.status).toBe(400);
    expect(upstream.calls).toMatchObject([{ body: undefined }]);
  });
});

describe('failures', () => {
  it.each([
    [401, OpenAI.AuthenticationError],
    [403, OpenAI.PermissionDeniedError],
    [404, OpenAI.NotFoundError],
    [429, OpenAI.RateLimitError],
    [503, OpenAI.InternalServerError],
  ])('%i is what the client takes it for, streamed or not', async (status, kind) => {
    upstream.otherwise(fails(status, { message: 'No such luck', code: 'out_of_luck' }));
    for (const ask of [complete, stream]) {
      const error: unknown = await ask().catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(kind);
      expect(error).toMatchObject({ status, code: 'out_of_luck', message: `${status} No such luck` });
    }
  });

  it('say when to come again, in seconds or as a date', async () => {
    upstream.answers(fails(429, { retryAfter: 3 }), fails(429, { retryAfter: new Date(Date.UTC(2030, 0, 1)) }));
    expect((await postStream()).headers.get('retry-after')).toBe('3');
    expect((await postStream()).headers.get('retry-after')).toBe('Tue, 01 Jan 2030 00:00:00 GMT');
  });

  it('may come from a proxy that speaks no JSON', async () => {
    upstream.answers(fails(502, { html: '<h1>Bad Gateway</h1>' }));
    const response = await postStream();
    expect([response.status, response.headers.get('content-type')]).toEqual([502, 'text/html']);
    expect(await response.text()).toBe('<h1>Bad Gateway</h1>');
  });

  it('may keep the client waiting', async () => {
    const gate = upstream.gate();
    upstream.answers(after(gate, fails(503)));
    const failing = complete();
    const call = await upstream.nextCall();
    await meanwhile();
    expect(call.ending).toBeUndefined();
    gate.open();
    await expect(failing).rejects.toMatchObject({ status: 503 });
  });

  it('redirect elsewhere, where one sees who followed', async () => {
    upstream.otherwise(redirects(`${upstream.baseUrl}/elsewhere`));
    const response = await postStream({ redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([302, `${upstream.baseUrl}/elsewhere`]);
    expect(upstream.calls).toHaveLength(1);
    await postStream({ redirect: 'follow' });
    expect(upstream.calls.map(({ path }) => path).slice(1)).toEqual(['/v1/chat/completions', '/v1/elsewhere']);
  });

  it('refuse the connection', async () => {
    const nobody = new OpenAI({ baseURL: await deadBaseUrl(), apiKey: 'sk-test', maxRetries: 0 });
    const error: unknown = await nobody.models.list().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(OpenAI.APIConnectionError);
    expect(error).toMatchObject({ cause: { cause: { code: 'ECONNREFUSED' } } });
  });
});

describe('waiting', () => {
  it('lasts until the gate opens', async () => {
    const [first, second] = [upstream.gate(), upstream.gate()];
    upstream.answers(says(first, 'a', second, 'b'));
    let isAnswered = false;
    const answering = stream().finally(() => (isAnswered = true));
    await meanwhile();
    expect(isAnswered).toBe(false);
    first.open();
    const pieces = (await answering)[Symbol.asyncIterator]();
    expect(await nextPiece(pieces)).toBe('a');
    second.open();
    expect(await nextPiece(pieces)).toBe('b');
  });

  it('comes after the headers if they are said first', async () => {
    const gate = upstream.gate();
    upstream.answers(says(headers(), gate, 'a'));
    const response = await postStream();
    expect(upstream.calls).toMatchObject([{ pieces: 0 }]);
    gate.open();
    expect(eventsIn(await response.text())).toHaveLength(4);
  });

  it('comes between the usage and [DONE] if those are apart', async () => {
    const gate = upstream.gate();
    upstream.answers(says('a', finish(), gate, { usage }));
    const response = await postStream();
    const call = await upstream.nextCall();
    await meanwhile();
    expect(call).toMatchObject({ usage, ending: undefined });
    gate.open();
    expect(eventsIn(await response.text())).toHaveLength(5);
  });

  it('may be a matter of time', async () => {
    upstream.answers(says('a', pause(20), 'b'));
    const started = performance.now();
    expect((await readRest(await stream())).text).toBe('ab');
    expect(performance.now() - started).toBeGreaterThan(15);
  });

  it('never ends before the headers', async () => {
    upstream.answers(says(stall(), 'a'));
    const leaving = new AbortController();
    const asking = postStream({ signal: leaving.signal });
    const call = await upstream.nextCall();
    await meanwhile();
    leaving.abort();
    await expect(asking).rejects.toThrow('aborted');
    expect(await call.ended).toBe('client left');
    expect(call.pieces).toBe(0);
  });

  it('never ends after the headers', async () => {
    upstream.answers(says(headers(), stall(), 'a'));
    const leaving = new AbortController();
    const response = await postStream({ signal: leaving.signal });
    const call = await upstream.nextCall();
    await meanwhile();
    leaving.abort();
    await expect(response.text()).rejects.toThrow('aborted');
    expect(await call.ended).toBe('client left');
    expect(call.pieces).toBe(0);
  });

  it('never ends in the middle, until the upstream closes', async () => {
    const mortal = await startUpstream();
    const halfAsked = connect(Number(new URL(mortal.baseUrl).port), '127.0.0.1');
    halfAsked.write('POST /v1/chat/completions HTTP/1.1\r\n');
    mortal.answers(says('a', stall(), 'b'));
    const own = new OpenAI({ baseURL: mortal.baseUrl, apiKey: 'sk-test', maxRetries: 0 });
    const chunks = await own.chat.completions.create({ ...question('Hi'), stream: true });
    const pieces = chunks[Symbol.asyncIterator]();
    expect(await nextPiece(pieces)).toBe('a');
    await mortal.close();
    await expect(nextPiece(pieces)).rejects.toThrow('terminated');
    expect(mortal.calls).toMatchObject([{ ending: 'cut by script', pieces: 1 }]);
    await mortal.close();
    expect(await text(halfAsked)).toBe('');
  });
});

describe('a cut', () => {
  it.each(['closed', 'reset'] as const)('%s before the headers', async (how) => {
    upstream.otherwise(says(cut(how), 'never'));
    const code = how === 'reset' ? 'ECONNRESET' : 'UND_ERR_SOCKET';
    for (const ask of [complete, stream]) {
      const error: unknown = await ask().catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(OpenAI.APIConnectionError);
      expect(error).toMatchObject({ cause: { cause: { code } } });
    }
    await Promise.all(upstream.calls.map(({ ended }) => ended));
    expect(upstream.calls).toMatchObject(Array(2).fill({ ending: 'cut by script', pieces: 0, usage: undefined }));
  });

  it.each(['closed', 'reset'] as const)('%s after some pieces', async (how) => {
    const gate = upstream.gate();
    upstream.answers(says('a', 'b', gate, cut(how), 'never', { usage }));
    const pieces = (await stream())[Symbol.asyncIterator]();
    expect([await nextPiece(pieces), await nextPiece(pieces)]).toEqual(['a', 'b']);
    gate.open();
    const code = how === 'reset' ? 'ECONNRESET' : 'UND_ERR_SOCKET';
    await expect(nextPiece(pieces)).rejects.toMatchObject({ message: 'terminated', cause: { code } });
    const [call] = upstream.calls;
    expect(await call?.ended).toBe('cut by script');
    expect(call).toMatchObject({ pieces: 2, usage: undefined });
  });

  it.each([
    ['line', 'ab', '"content":"a'],
    ['line, after an escape', 'a"\n', '"content":"a\\"\\'],
    ['character', 'ab日', '"content":"ab\xe6\x97'],
    ['character of four bytes', '😀', '"content":"\xf0\x9f\x98'],
  ])('in the middle of a %s', async (_, piece, lastBytes) => {
    upstream.otherwise(says('Hi ', torn(piece), cut()));
    const streamed = await readBytes({ ...question('Hi'), stream: true });
    expect(streamed.toString('latin1')).toContain('"content":"Hi "');
    // After the last byte only the line end of the HTTP chunk.
    expect(streamed.toString('latin1').endsWith(`${lastBytes}\r\n`)).toBe(true);

    const whole = await readBytes(question('Hi'));
    expect(whole.toString('latin1').endsWith(`${lastBytes.replace('"content":"', '"content":"Hi ')}\r\n`)).toBe(true);
    expect(upstream.calls).toMatchObject(Array(2).fill({ pieces: 1 }));
  });

  it.each<[string, Step[], string | null]>([
    ['without finish_reason', [], null],
    ['with finish_reason and usage, without [DONE]', [finish()], 'stop'],
  ])('that looks like a good end: %s', async (_, steps, reason) => {
    upstream.answers(says('a', ...steps, cut('cleanly'), { usage }));
    expect(await readRest(await stream())).toEqual({ text: 'a', finish: reason, error: undefined });
    const [call] = upstream.calls;
    expect(await call?.ended).toBe('cut by script');
    expect(call?.usage).toEqual(reason === null ? undefined : usage);
  });

  it('of an empty body', async () => {
    upstream.answers(says(cut('cleanly')));
    const response = await postStream();
    expect([response.status, await response.text()]).toEqual([200, '']);
  });
});

describe('bytes on the wire', () => {
  const plain = says('Hel', 'lo 日本 😀', { usage });
  const styled = (style: Answer['style']): Answer => ({ ...plain, style: { usage, ...style } });
  const normal = async () => {
    upstream.answers(plain);
    return Buffer.concat(await readChunks())
      .toString()
      .replaceAll(/chatcmpl-\d/g, 'id');
  };

  it('come piece by piece', async () => {
    upstream.answers(plain);
    const chunks = await readChunks();
    expect(chunks.map((chunk) => eventsIn(chunk.toString()).length)).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('can all come together', async () => {
    upstream.answers(styled({ writes: 'together' }));
    const chunks = await readChunks();
    expect(chunks).toHaveLength(1);
    expect(chunks.toString().replaceAll(/chatcmpl-\d/g, 'id')).toBe(await normal());
  });

  it('can come together up to the next wait', async () => {
    const gate = upstream.gate();
    gate.open();
    upstream.answers(says('a', 'b', gate, 'c', { writes: 'together' }));
    const chunks = await readChunks();
    expect(chunks.map((chunk) => eventsIn(chunk.toString()).length)).toEqual([3, 3]);
  });

  it('can come one by one', async () => {
    upstream.otherwise(styled({ writes: 'byte by byte' }));
    const chunks = await readChunks();
    expect(chunks.every((chunk) => chunk.length === 1)).toBe(true);
    expect(
      Buffer.concat(chunks)
        .toString()
        .replaceAll(/chatcmpl-\d/g, 'id'),
    ).toBe(await normal());
    upstream.otherwise(styled({ writes: 'byte by byte' }));
    expect((await readRest(await stream())).text).toBe('Hello 日本 😀');
    expect((await complete()).choices[0]?.message.content).toBe('Hello 日本 😀');
  });

  it('may end their lines with CRLF', async () => {
    upstream.otherwise(styled({ lineEnd: '\r\n' }));
    const body = Buffer.concat(await readChunks()).toString();
    expect(body.match(/\r\n\r\n/g)).toHaveLength(6);
    expect(body.match(/(?<!\r)\n/g)).toBeNull();
    expect((await readRest(await stream())).text).toBe('Hello 日本 😀');
  });

  it('may be what nobody expects', async () => {
    upstream.otherwise(says(raw(': ping\n\n'), 'a', raw(Buffer.from(':\n\n')), 'b'));
    const events = eventsIn(Buffer.concat(await readChunks()).toString());
    expect([events[0], events[3]]).toEqual([': ping', ':']);
    expect(await readRest(await stream())).toMatchObject({ text: 'ab', finish: 'stop' });
  });

  it('may be a line that is not JSON, or an error', async () => {
    const quiet = client.withOptions({ logLevel: 'off' });
    const ask = () => quiet.chat.completions.create({ ...question('Hi'), stream: true });
    upstream.answers(
      says('a', raw('data: {"id":\n\n'), 'b'),
      says('a', raw('data: {"error":{"message":"overloaded"}}\n\n'), 'b'),
    );
    expect(await readRest(await ask())).toMatchObject({ text: 'a', error: expect.any(SyntaxError) });
    expect(await readRest(await ask())).toMatchObject({ text: 'a', error: { error: { message: 'overloaded' } } });
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
      const body = await (await post({ ...question(String(n)), stream: true })).text();
      return JSON.parse(
        eventsIn(body)
          .at(-2)
          ?.replace(/^data: /, '') ?? '',
      ).usage;
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
