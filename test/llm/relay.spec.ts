import { callsTool, cut, fails, finish, raw, says, stall, startUpstream, type Upstream } from '../harness/upstream';
import type { Reply } from '../harness/upstream-reply';
import { type Rig, startRig } from './rig';

let upstream: Upstream;
let rig: Rig;

beforeAll(async () => {
  upstream = await startUpstream();
});
beforeEach(async () => {
  upstream.reset();
  rig = await startRig(upstream, { openai: { maxRetries: 1 } });
});
afterEach(() => rig.close());
afterAll(() => upstream.close());

const usage = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 };
const told = { promptTokens: 5, completionTokens: 2 };
const event = (data: object) => `data: ${JSON.stringify(data)}\n\n`;
const chunk = (delta: object, more: object = {}) =>
  event({ id: 'c', object: 'chat.completion.chunk', model: 'small', choices: [{ index: 0, delta, ...more }] });

describe('a request that is relayed', () => {
  it('reaches the upstream as it was written, but for what is not left to the caller', async () => {
    const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }];
    const request = {
      tools,
      seed: 7,
      stream_options: { include_obfuscation: false },
      max_tokens: 9_999,
      unheard_of: [],
    };
    await rig.relayed(request, { user: 'u-1' });
    expect(upstream.calls[0]?.body).toEqual({
      ...{ model: 'small', messages: [{ role: 'user', content: 'Hi' }], tools, seed: 7, unheard_of: [], user: 'u-1' },
      ...{ max_tokens: 100, stream: true, stream_options: { include_obfuscation: false, include_usage: true } },
    });
  });

  it('keeps the newer word for its length, and the name of its user', async () => {
    await rig.relayed({ max_completion_tokens: 5, user: 'theirs' }, { user: 'u-1', stream: false });
    const { body } = upstream.calls[0] ?? {};
    expect(body).toMatchObject({ max_completion_tokens: 100, user: 'theirs', stream: false });
    expect(body).not.toHaveProperty('max_tokens');
    expect(body).not.toHaveProperty('stream_options');
  });
});

describe('a stream that is relayed', () => {
  it('passes on each event as it came, whatever is in it, and tells what was said', async () => {
    const events = [
      chunk({ role: 'assistant', content: '' }),
      chunk({ content: 'Hé 😀' }, { logprobs: { content: [{ token: 'x' }] } }),
      chunk({ content: 'a' }),
      chunk({ content: 'b' }),
      chunk({ reasoning_content: 'hm', odd: { nested: [1] } }),
      chunk({}, { finish_reason: 'stop' }),
    ];
    upstream.answers(says(raw(': comment\r\n\r\n'), raw(events.join('')), finish(), { usage, writes: 'byte by byte' }));
    const { text, ...outcome } = await rig.relayed({ stream_options: { include_usage: true } });
    expect(text.startsWith(events.join(''))).toBe(true);
    expect(text).toContain(JSON.stringify(usage));
    expect(text).not.toContain('[DONE]');
    expect(outcome).toMatchObject({ status: 'complete', finishReason: 'stop', usage: told, said: 'Hé 😀abhm' });
  });

  it('has no event without a choice for who has not asked for the usage', async () => {
    upstream.answers(says('a', { usage }));
    const { text, usage: counted } = await rig.relayed();
    expect(text).not.toContain('"choices":[]');
    expect(counted).toEqual(told);
  });

  it('keeps the calls of tools', async () => {
    upstream.answers(says(callsTool('weather', '{"city":', '"Łódź"}'), { finish: 'tool_calls' }));
    const { text, said, finishReason } = await rig.relayed();
    expect([said, finishReason]).toEqual(['weather{"city":"Łódź"}', 'tool_calls']);
    expect(text).toContain('"tool_calls":[{"index":0,"function":{"arguments":"\\"Łódź\\"}"}}]');
  });

  it('is tried again as long as nothing was said', async () => {
    upstream.answers(says(raw(chunk({ role: 'assistant', content: '' })), cut('reset')), says('again'));
    const { text, status } = await rig.relayed();
    expect([status, upstream.calls.length, text.match(/"role"/g)?.length]).toEqual(['complete', 2, 1]);
  });

  it('breaks off without the words of the upstream', async () => {
    upstream.answers(says('Hel', raw(event({ error: { message: 'sk-secret', code: 'oops' } }))));
    const { text, status, said, error } = await rig.relayed();
    expect([status, said, error?.kind]).toEqual(['failed', 'Hel', 'upstream_down']);
    expect(text).not.toContain('sk-secret');
  });

  it('reads no more from the upstream than is taken', async () => {
    const gate = upstream.gate();
    upstream.answers(says('one', gate, 'two'));
    const answer = await rig.relay();
    let seen = '';
    let full: () => void = () => undefined;
    const isFull = new Promise<void>((resolve) => (full = resolve));
    const outcome = answer.pour((piece) => {
      seen += piece;
      full();
      return !piece.includes('one');
    });
    await isFull;
    gate.open();
    await upstream.calls[0]?.ended;
    expect(seen).not.toContain('two');
    answer.goOn();
    expect(await outcome).toMatchObject({ status: 'complete', said: 'onetwo' });
    expect(seen).toContain('two');
  });

  it('is stopped by its signal', async () => {
    upstream.answers(says('one', stall()));
    const stop = new AbortController();
    const answer = await rig.relay({}, {}, stop.signal);
    stop.abort();
    expect(await answer.pour(() => true)).toMatchObject({ status: 'stopped', said: 'one' });
    expect(await upstream.calls[0]?.ended).toBe('client left');
  });
});

describe('an answer that is relayed as a whole', () => {
  it('is the text that came', async () => {
    upstream.answers(says(callsTool('f', '{}'), { usage, finish: 'tool_calls' }));
    const { text, ...outcome } = await rig.relayed({}, { stream: false });
    expect(JSON.parse(text)).toMatchObject({
      choices: [{ message: { content: null, tool_calls: [{ id: 'call_0' }] } }],
    });
    expect(outcome).toMatchObject({ status: 'complete', finishReason: 'tool_calls', usage: told, said: 'f{}' });
  });

  it('is one event where a stream was asked for and the upstream knows none', async () => {
    const choice = { index: 0, finish_reason: 'stop' };
    const said = { role: 'assistant', content: 'Hi' };
    const json = JSON.stringify({ id: 'c', object: 'chat.completion', choices: [{ ...choice, message: said }] });
    const answer = { run: ({ wire }: Reply) => wire.respond(200, { 'content-type': 'application/json' }, json) };
    upstream.answers({ steps: [answer] });
    const relayed = await rig.relayed();
    expect(JSON.parse(relayed.text.replace(/^data: /, ''))).toEqual({
      ...{ id: 'c', object: 'chat.completion.chunk', choices: [{ ...choice, delta: said }] },
    });
    expect(relayed).toMatchObject({ status: 'complete', said: 'Hi' });
  });
});

describe('what the upstream refuses', () => {
  it('is told to whoever wrote it, without a key', async () => {
    upstream.answers(fails(400, { message: "Invalid schema 'x' for sk-abcdef123", code: 'invalid_schema' }));
    await expect(rig.relay()).rejects.toMatchObject({
      ...{ kind: 'malformed', reason: 'refused_by_model', params: { words: "Invalid schema 'x' for ***" } },
      details: { code: 'invalid_schema' },
    });
    expect(upstream.calls).toHaveLength(1);
  });

  it('for our key is not', async () => {
    upstream.answers(fails(401, { message: 'Incorrect API key: sk-platform' }));
    await expect(rig.relay()).rejects.toMatchObject({ kind: 'upstream_down', details: { reason: 'refused' } });
  });
});
