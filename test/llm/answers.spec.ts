import { getEventListeners } from 'node:events';
import { callsTool, cut, finish, headers, raw, says, startUpstream, torn, type Upstream } from '../harness/upstream';
import { type Rig, readAnswer, startRig } from './rig';

let upstream: Upstream;
let rig: Rig;

beforeAll(async () => {
  upstream = await startUpstream();
});

beforeEach(async () => {
  upstream.reset();
  rig = await startRig(upstream);
});

afterEach(() => rig.close());
afterAll(() => upstream.close());

const usage = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 };
const told = { promptTokens: 5, completionTokens: 2 };

describe('a call', () => {
  it('asks for what is wanted, with our key', async () => {
    await rig.ask({
      messages: [
        { role: 'system', content: 'Be brief' },
        { role: 'user', content: '日本 😀' },
      ],
      user: 'u-1',
    });
    expect(upstream.calls).toMatchObject([{ path: '/v1/chat/completions' }]);
    expect(upstream.calls[0]?.headers).toMatchObject({ authorization: 'Bearer sk-platform' });
    expect(upstream.calls[0]?.headers).not.toHaveProperty('openai-organization');
    expect(upstream.calls[0]?.body).toEqual({
      model: 'small',
      messages: [
        { role: 'system', content: 'Be brief' },
        { role: 'user', content: '日本 😀' },
      ],
      temperature: 0.5,
      max_tokens: 100,
      user: 'u-1',
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  it('asks for no more than the model can say', async () => {
    await rig.ask({ maxTokens: 10_000 });
    expect(upstream.calls[0]?.body?.['max_tokens']).toBe(4_096);
  });
});

describe.each([true, false])('an answer, streamed: %s', (stream) => {
  it('is its text, how it ended and what it took', async () => {
    upstream.answers(says('Hel', 'lo 日本', ' 😀', { usage }));
    expect(await rig.ask({ stream })).toMatchObject({
      model: 'small',
      text: 'Hello 日本 😀',
      status: 'complete',
      finishReason: 'stop',
      usage: told,
    });
  });

  it.each(['length', 'content_filter', 'tool_calls', 'something_new'])('may end with %s', async (reason) => {
    upstream.answers(says('x', { finish: reason }));
    expect(await rig.ask({ stream })).toMatchObject({ text: 'x', status: 'complete', finishReason: reason });
  });

  it('may have no text', async () => {
    upstream.answers(says(callsTool('weather', '{}'), { finish: 'tool_calls' }), says());
    expect(await rig.ask({ stream })).toMatchObject({ pieces: [], status: 'complete', finishReason: 'tool_calls' });
    expect(await rig.ask({ stream })).toMatchObject({ pieces: [], status: 'complete', finishReason: 'stop' });
  });

  it.each([
    null,
    { ...usage, prompt_tokens: -1 },
    { ...usage, completion_tokens: 1e300 },
    { ...usage, completion_tokens: 0.5 },
    { ...usage, prompt_tokens: 'many' as unknown as number },
  ])('may come with the usage %j, which tells nothing', async (nonsense) => {
    upstream.answers(says('x', { usage: nonsense }));
    expect(await rig.ask({ stream })).toMatchObject({ text: 'x', status: 'complete', usage: undefined });
  });

  it('may come byte by byte', async () => {
    upstream.answers(says('añ日😀', '\u2028"\\', { writes: 'byte by byte', lineEnd: '\r\n', usage }));
    expect(await rig.ask({ stream })).toMatchObject({ text: 'añ日😀\u2028"\\', status: 'complete', usage: told });
  });
});

describe('a stream', () => {
  it('opens with its first text', async () => {
    const gate = upstream.gate();
    upstream.answers(says(headers(), gate, 'late'));
    const opening = rig.open();
    let isOpen = false;
    void opening.then(() => (isOpen = true));
    await upstream.nextCall();
    await rig.ask();
    expect(isOpen).toBe(false);
    gate.open();
    expect(await readAnswer(await opening)).toMatchObject({ text: 'late' });
  });

  it('hands over in one piece what arrives together, and waits for nothing', async () => {
    const [first, second] = [upstream.gate(), upstream.gate()];
    upstream.answers(says('a', 'b', first, 'c', 'd', second, 'e', { writes: 'together' }));
    const pieces: string[] = [];
    const answer = await rig.open();
    await answer.pour((piece) => {
      pieces.push(piece);
      if (piece === 'ab') first.open();
      if (piece === 'cd') second.open();
    });
    expect(pieces).toEqual(['ab', 'cd', 'e']);
  });

  it('keeps what came before anybody took it', async () => {
    const gate = upstream.gate();
    upstream.answers(says('a', gate, 'b'));
    const answer = await rig.open();
    gate.open();
    await (
      await upstream.nextCall()
    ).ended;
    expect((await readAnswer(answer)).text).toBe('ab');
  });

  it('is whole with a finish_reason, however it is cut after that', async () => {
    upstream.answers(says('a', finish(), cut('reset')), says('a', finish(), cut('closed')));
    upstream.answers(says('a', finish(), cut('cleanly')));
    for (let i = 0; i < 3; i++) {
      expect(await rig.ask()).toMatchObject({ text: 'a', status: 'complete', finishReason: 'stop' });
    }
  });

  it('is whole with [DONE], even if the upstream forgets to hang up', async () => {
    const gate = upstream.gate();
    upstream.answers(says('a', raw('data: [DONE]\n\n'), gate));
    expect(await rig.ask()).toMatchObject({ text: 'a', status: 'complete', finishReason: null });
    gate.open();
  });

  it('may have comments, other fields and data that is no piece of text', async () => {
    const nothing = [': wait\n\n', 'event: x\nid: 1\nretry: 5\n\n', 'data: null\n\n', 'data: 5\n\ndata: {}\n\n'];
    const odd = ['data: {"choices":[]}\n\n', 'data: {"choices":[{"delta":{"content":7}}]}\n\n'];
    upstream.answers(says('a', ...[...nothing, ...odd].map(raw), 'b'));
    expect(await rig.ask()).toMatchObject({ text: 'ab', status: 'complete' });
  });

  it.each<[string, ReturnType<typeof cut>[]]>([
    ['closed', [cut('closed')]],
    ['reset', [cut('reset')]],
    ['ended as if all were well', [cut('cleanly')]],
    ['cut in the middle of a line', [torn('b日'), cut('closed')]],
    ['spoilt by a line that is not JSON', [raw('data: {"choices":[\n\n')]],
    ['spoilt by a line without end', [raw(`data: ${'x'.repeat(1024 * 1024)}`)]],
  ])('that is %s is interrupted, with what came', async (_, steps) => {
    upstream.answers(says('Hel', 'lo', ...steps, 'never'));
    const { text, status, usage: none, error } = await rig.ask();
    expect({ text, status, none }).toEqual({ text: 'Hello', status: 'interrupted', none: undefined });
    expect(error).toMatchObject({ kind: 'upstream_down', details: { reason: 'broken_off' } });
    expect(upstream.calls).toHaveLength(1);
  });

  it('that tells of an error has failed', async () => {
    upstream.answers(says('Hel', raw('data: {"error":{"message":"sk-secret","code":"server_error"}}\n\n')));
    const { text, status, error } = await rig.ask();
    expect({ text, status }).toEqual({ text: 'Hel', status: 'failed' });
    expect(error).toMatchObject({ kind: 'upstream_down', details: { reason: 'failing' } });
    expect(JSON.stringify(error)).not.toContain('secret');
  });
});

describe('a stop', () => {
  it('ends an answer where it is and hangs up', async () => {
    const gate = upstream.gate();
    upstream.answers(says('a', gate, 'b'));
    const stop = new AbortController();
    const answer = await rig.open({}, stop.signal);
    const call = await upstream.nextCall();
    stop.abort();
    expect(await readAnswer(answer)).toMatchObject({ text: 'a', status: 'stopped', usage: undefined });
    expect(await call.ended).toBe('client left');
  });

  it('ends an answer that has not begun', async () => {
    upstream.answers(says(upstream.gate(), 'a'));
    const stop = new AbortController();
    const opening = rig.open({}, stop.signal);
    const call = await upstream.nextCall();
    stop.abort();
    expect(await readAnswer(await opening)).toMatchObject({ text: '', status: 'stopped' });
    expect(await call.ended).toBe('client left');
  });

  it('that comes first asks nobody', async () => {
    const usage = { promptTokens: 0, completionTokens: 0 };
    expect(await rig.ask({}, AbortSignal.abort())).toMatchObject({ text: '', status: 'stopped', usage });
    expect(upstream.calls).toEqual([]);
  });

  it('comes also of a piece that cannot be taken, whose error is told', async () => {
    upstream.answers(says('a', upstream.gate(), 'b'));
    const answer = await rig.open();
    const full = new Error('full');
    await expect(
      answer.pour(() => {
        throw full;
      }),
    ).rejects.toBe(full);
    expect(await (await upstream.nextCall()).ended).toBe('client left');
  });

  it('leaves nothing behind on a signal that serves many calls', async () => {
    const { signal } = new AbortController();
    upstream.answers(says('a'), says('b', cut()));
    await rig.ask({}, signal);
    await rig.ask({}, signal);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});
