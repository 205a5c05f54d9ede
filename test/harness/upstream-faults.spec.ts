import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import OpenAI from 'openai';
import {
  after,
  cut,
  deadBaseUrl,
  fails,
  finish,
  headers,
  pause,
  redirects,
  says,
  stall,
  startUpstream,
  torn,
  type Step,
  type Upstream,
  type Usage,
} from './upstream';
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

describe('failures', () => {
  it.each([
    [401, OpenAI.AuthenticationError],
    [403, OpenAI.PermissionDeniedError],
    [404, OpenAI.NotFoundError],
    [429, OpenAI.RateLimitError],
    [503, OpenAI.InternalServerError],
  ])('%i is what the client takes it for, streamed or not', async (status, kind) => {
    upstream.otherwise(fails(status, { message: 'No such luck', code: 'out_of_luck' }));
    for (const ask of [() => client.complete(), () => client.stream()]) {
      const error: unknown = await ask().catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(kind);
      expect(error).toMatchObject({ status, code: 'out_of_luck', message: `${status} No such luck` });
    }
  });

  it('say when to come again, in seconds or as a date', async () => {
    upstream.answers(fails(429, { retryAfter: 3 }), fails(429, { retryAfter: new Date(Date.UTC(2030, 0, 1)) }));
    expect((await client.postStream()).headers.get('retry-after')).toBe('3');
    expect((await client.postStream()).headers.get('retry-after')).toBe('Tue, 01 Jan 2030 00:00:00 GMT');
  });

  it('may come from a proxy that speaks no JSON', async () => {
    upstream.answers(fails(502, { html: '<h1>Bad Gateway</h1>' }));
    const response = await client.postStream();
    expect([response.status, response.headers.get('content-type')]).toEqual([502, 'text/html']);
    expect(await response.text()).toBe('<h1>Bad Gateway</h1>');
  });

  it('may keep the client waiting', async () => {
    const gate = upstream.gate();
    upstream.answers(after(gate, fails(503)));
    const failing = client.complete();
    const call = await upstream.nextCall();
    await client.meanwhile();
    expect(call.ending).toBeUndefined();
    gate.open();
    await expect(failing).rejects.toMatchObject({ status: 503 });
  });

  it('redirect elsewhere, where one sees who followed', async () => {
    upstream.otherwise(redirects(`${upstream.baseUrl}/elsewhere`));
    const response = await client.postStream({ redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([302, `${upstream.baseUrl}/elsewhere`]);
    expect(upstream.calls).toHaveLength(1);
    await client.postStream({ redirect: 'follow' });
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
    const answering = client.stream().finally(() => (isAnswered = true));
    await client.meanwhile();
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
    const response = await client.postStream();
    expect(upstream.calls).toMatchObject([{ pieces: 0 }]);
    gate.open();
    expect(eventsIn(await response.text())).toHaveLength(4);
  });

  it('comes between the usage and [DONE] if those are apart', async () => {
    const gate = upstream.gate();
    upstream.answers(says('a', finish(), gate, { usage }));
    const response = await client.postStream();
    const call = await upstream.nextCall();
    await client.meanwhile();
    expect(call).toMatchObject({ usage, ending: undefined });
    gate.open();
    expect(eventsIn(await response.text())).toHaveLength(5);
  });

  it('may be a matter of time', async () => {
    upstream.answers(says('a', pause(20), 'b'));
    const started = performance.now();
    expect((await readAll(await client.stream())).text).toBe('ab');
    expect(performance.now() - started).toBeGreaterThan(15);
  });

  it('never ends before the headers', async () => {
    upstream.answers(says(stall(), 'a'));
    const leaving = new AbortController();
    const asking = client.postStream({ signal: leaving.signal });
    const call = await upstream.nextCall();
    await client.meanwhile();
    leaving.abort();
    await expect(asking).rejects.toThrow('aborted');
    expect(await call.ended).toBe('client left');
    expect(call.pieces).toBe(0);
  });

  it('never ends after the headers', async () => {
    upstream.answers(says(headers(), stall(), 'a'));
    const leaving = new AbortController();
    const response = await client.postStream({ signal: leaving.signal });
    const call = await upstream.nextCall();
    await client.meanwhile();
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
    for (const ask of [() => client.complete(), () => client.stream()]) {
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
    const pieces = (await client.stream())[Symbol.asyncIterator]();
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
    const streamed = await client.readBytes({ ...question('Hi'), stream: true });
    expect(streamed.toString('latin1')).toContain('"content":"Hi "');
    // After the last byte only the line end of the HTTP chunk.
    expect(streamed.toString('latin1').endsWith(`${lastBytes}\r\n`)).toBe(true);

    const whole = await client.readBytes(question('Hi'));
    expect(whole.toString('latin1').endsWith(`${lastBytes.replace('"content":"', '"content":"Hi ')}\r\n`)).toBe(true);
    expect(upstream.calls).toMatchObject(Array(2).fill({ pieces: 1 }));
  });

  it.each<[string, Step[], string | null]>([
    ['without finish_reason', [], null],
    ['with finish_reason and usage, without [DONE]', [finish()], 'stop'],
  ])('that looks like a good end: %s', async (_, steps, reason) => {
    upstream.answers(says('a', ...steps, cut('cleanly'), { usage }));
    expect(await readAll(await client.stream())).toEqual({ text: 'a', finish: reason, error: undefined });
    const [call] = upstream.calls;
    expect(await call?.ended).toBe('cut by script');
    expect(call?.usage).toEqual(reason === null ? undefined : usage);
  });

  it('of an empty body', async () => {
    upstream.answers(says(cut('cleanly')));
    const response = await client.postStream();
    expect([response.status, await response.text()]).toEqual([200, '']);
  });
});
