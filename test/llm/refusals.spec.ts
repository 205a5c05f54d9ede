import { Logger } from '@nestjs/common';
import {
  cut,
  deadBaseUrl,
  fails,
  headers,
  raw,
  redirects,
  says,
  startUpstream,
  type Upstream,
} from '../harness/upstream';
import { type Rig, startRig } from './rig';

let upstream: Upstream;
let rig: Rig;

beforeAll(async () => {
  upstream = await startUpstream();
});

beforeEach(async () => {
  upstream.reset();
  rig = await startRig(upstream);
});

afterEach(async () => {
  jest.restoreAllMocks();
  await rig.close();
});
afterAll(() => upstream.close());

const refusal = (answer: Promise<unknown>) =>
  answer.then(
    () => undefined,
    (error: { kind: string; details: unknown; retryAfter: number; issues: unknown }) => ({
      kind: error.kind,
      details: error.details,
      retryAfter: error.retryAfter,
      issues: error.issues,
    }),
  );

const down = (reason: string) => ({ kind: 'upstream_down', details: { reason }, retryAfter: undefined, issues: [] });

describe.each([true, false])('an upstream, asked for a stream: %s, that', (stream) => {
  it.each([400, 401, 403, 404, 422])('refuses with %i is not asked again', async (status) => {
    upstream.otherwise(fails(status, { message: 'Incorrect API key provided: sk-platform' }));
    expect(await refusal(rig.open({ stream }))).toEqual(down('refused'));
    expect(upstream.calls).toHaveLength(1);
    expect(await rig.metric('openai_requests_total')).toMatchObject([
      { labels: { model: 'small', status: String(status) }, value: 1 },
    ]);
  });

  it('redirects is not followed', async () => {
    upstream.otherwise(redirects(`${upstream.baseUrl}/elsewhere`));
    expect(await refusal(rig.open({ stream }))).toEqual(down('refused'));
    expect(upstream.calls).toHaveLength(1);
  });

  it.each([
    [500, 'upstream_down', 'failing'],
    [502, 'upstream_down', 'failing'],
    [503, 'upstream_down', 'failing'],
    [504, 'upstream_timeout', 'timeout'],
    [408, 'upstream_timeout', 'timeout'],
    [409, 'upstream_down', 'refused'],
    [429, 'upstream_limited', 'limited'],
  ])('answers %i is asked again, as often as is configured', async (status, kind, reason) => {
    upstream.otherwise(fails(status, { html: '<h1>Sorry</h1>' }));
    expect(await refusal(rig.open({ stream }))).toMatchObject({ kind, details: { reason } });
    expect(upstream.calls).toHaveLength(4);
    expect(rig.pauses).toEqual([500, 1000, 2000]);
  });

  it.each([1, 2, 3])('fails %i times answers after that', async (times) => {
    upstream.answers(...Array.from({ length: times }, () => fails(500)), says('At last'));
    expect(await rig.ask({ stream })).toMatchObject({ text: 'At last', status: 'complete' });
    expect(upstream.calls).toHaveLength(times + 1);
  });

  it.each([cut('closed'), cut('reset'), cut('cleanly')])('hangs up before any text is asked again', async (ending) => {
    upstream.answers(says(ending), says(headers(), ending), says('At last'));
    expect(await rig.ask({ stream })).toMatchObject({ text: 'At last', status: 'complete' });
    expect(upstream.calls).toHaveLength(3);
  });
});

it('is told apart: a stream of nothing but an error, or of what is no stream', async () => {
  upstream.answers(
    says(raw('data: {"error":{"message":"overloaded"}}\n\n')),
    says(raw('<h1>Sorry</h1>'), cut('cleanly')),
  );
  expect(await rig.ask()).toMatchObject({ status: 'complete' });
  expect(upstream.calls).toHaveLength(3);
});

it('is asked once where no retries are configured', async () => {
  const impatient = await startRig(upstream, { openai: { maxRetries: 0 } });
  upstream.otherwise(fails(500));
  expect(await refusal(impatient.open())).toEqual(down('failing'));
  expect(upstream.calls).toHaveLength(1);
  await impatient.close();
});

it('that is not there is tried again, then down', async () => {
  const lost = await startRig({ baseUrl: await deadBaseUrl() });
  expect(await refusal(lost.open())).toEqual(down('unreachable'));
  expect(lost.pauses).toHaveLength(3);
  expect(await lost.metric('openai_requests_total')).toMatchObject([{ labels: { status: 'unreachable' }, value: 4 }]);
  await lost.close();
});

describe('Retry-After', () => {
  it('is honoured, in seconds or as a date', async () => {
    upstream.answers(fails(429, { retryAfter: 7 }), says('a'));
    await rig.ask();
    upstream.answers(fails(503, { retryAfter: new Date(rig.clock.now() + 9_000) }), says('a'));
    await rig.ask();
    expect(rig.pauses).toEqual([7_000, 9_000]);
  });

  it('that is long is left to the caller', async () => {
    upstream.otherwise(fails(429, { retryAfter: 3600 }));
    const limited = { kind: 'upstream_limited', details: { reason: 'limited' }, retryAfter: 3600, issues: [] };
    expect(await refusal(rig.open())).toEqual(limited);
    upstream.otherwise(fails(429, { retryAfter: new Date(rig.clock.now() + 3_600_000) }));
    expect(await refusal(rig.open())).toEqual(limited);
    expect(upstream.calls).toHaveLength(2);
    expect(rig.pauses).toEqual([]);
  });

  it('never shortens a pause, and means nothing when it is nonsense', async () => {
    upstream.answers(fails(429, { retryAfter: 0 }), fails(429, { retryAfter: new Date(0) }), says('a'));
    await rig.ask();
    expect(rig.pauses).toEqual([500, 1000]);
  });
});

it('a stop ends the pause before a retry', async () => {
  const stop = new AbortController();
  const waiting = await startRig(upstream, { tuning: { wait: async () => stop.abort() } });
  upstream.otherwise(fails(500));
  expect(await waiting.ask({}, stop.signal)).toMatchObject({ status: 'stopped', text: '' });
  expect(upstream.calls).toHaveLength(1);
  await waiting.close();
});

describe("a caller's own key", () => {
  const ownKey = 'sk-own-canary';

  it('is what the upstream sees, and ours is not', async () => {
    await rig.ask({ ownKey });
    await rig.ask();
    const keys = upstream.calls.map((call) => call.headers.authorization);
    expect(keys).toEqual(['Bearer sk-own-canary', 'Bearer sk-platform']);
  });

  it.each([401, 403, 404])('that is refused with %i is named', async (status) => {
    upstream.otherwise(fails(status));
    expect(await refusal(rig.open({ ownKey }))).toMatchObject({
      kind: 'invalid',
      issues: [{ field: 'api_key', reason: 'invalid' }],
    });
    expect(upstream.calls).toHaveLength(1);
  });

  it('that is limited is a matter of time', async () => {
    upstream.otherwise(fails(429, { retryAfter: 60 }));
    expect(await refusal(rig.open({ ownKey }))).toMatchObject({ kind: 'upstream_limited', retryAfter: 60 });
  });
});

it('what is logged holds neither keys nor texts nor what the upstream says', async () => {
  const lines: unknown[] = [];
  for (const level of ['log', 'warn', 'debug', 'error'] as const) {
    jest.spyOn(Logger.prototype, level).mockImplementation((...line: unknown[]) => void lines.push(line));
  }
  const canary = 'canary';
  const call = { ownKey: `sk-${canary}`, messages: [{ role: 'user' as const, content: canary }], user: canary };
  upstream.answers(fails(500, { message: canary, code: `${canary} says` }), fails(429, { html: canary }));
  upstream.answers(says(raw(`data: ${canary}\n\n`)), says(canary));
  await rig.ask(call);
  upstream.answers(says('x', raw(`data: {"error":{"message":"${canary}"}}\n\n`)), fails(400, { message: canary }));
  await rig.ask(call);
  await refusal(rig.open(call));
  expect(lines).toHaveLength(6);
  expect(JSON.stringify(lines)).not.toContain(canary);
});

it('metrics count requests, tokens and the time to the first token by model', async () => {
  const usage = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 };
  upstream.answers(fails(503), says('a', { usage }), says('b', cut()), says({ usage }));
  await rig.ask();
  await rig.ask();
  await rig.ask({ stream: false });
  expect(await rig.metric('openai_requests_total')).toMatchObject([
    { labels: { model: 'small', status: '503' }, value: 1 },
    { labels: { model: 'small', status: 'complete' }, value: 2 },
    { labels: { model: 'small', status: 'interrupted' }, value: 1 },
  ]);
  expect(await rig.metric('openai_tokens_total')).toMatchObject([
    { labels: { model: 'small', type: 'prompt' }, value: 10 },
    { labels: { model: 'small', type: 'completion' }, value: 4 },
  ]);
  const firstTokens = await rig.metric('openai_time_to_first_token_seconds');
  expect(firstTokens.find(({ labels }) => labels['le' as never] === '+Inf')?.value).toBe(2);
});
