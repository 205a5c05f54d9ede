import { fails, headers, pause, says, stall, startUpstream, type Upstream } from '../harness/upstream';
import { readAnswer, type Rig, startRig } from './rig';

let upstream: Upstream;
let rig: Rig;

beforeAll(async () => {
  upstream = await startUpstream();
});

beforeEach(() => upstream.reset());
afterEach(() => rig.close());
afterAll(() => upstream.close());

describe.each([true, false])('silence, asked for a stream: %s,', (stream) => {
  it.each([
    ['before the headers', [stall()]],
    ['after the headers', [headers(), stall()]],
  ])('%s is a timeout and is not tried again', async (_, steps) => {
    rig = await startRig(upstream, { openai: { timeoutMs: 100 } });
    upstream.answers(says(...steps));
    await expect(rig.open({ stream })).rejects.toMatchObject({
      kind: 'upstream_timeout',
      details: { reason: 'timeout' },
    });
    expect(await (await upstream.nextCall()).ended).toBe('client left');
    expect(upstream.calls).toHaveLength(1);
    expect(await rig.metric('openai_requests_total')).toMatchObject([{ labels: { status: 'timeout' } }]);
  });
});

it('silence in the middle interrupts, and keeps what came', async () => {
  rig = await startRig(upstream, { openai: { timeoutMs: 1_000 } });
  upstream.answers(says('Hel', 'lo', stall()));
  expect(await rig.ask()).toMatchObject({
    text: 'Hello',
    status: 'interrupted',
    error: { kind: 'upstream_timeout', details: { reason: 'timeout' } },
  });
  expect(await (await upstream.nextCall()).ended).toBe('client left');
});

it('an answer that goes on is not silent, but may last too long', async () => {
  rig = await startRig(upstream, { openai: { timeoutMs: 1_000 }, tuning: { totalMs: 2_000 } });
  const trickle = Array.from({ length: 100 }, () => ['x', pause(100)]).flat();
  upstream.answers(says(...trickle));
  const { text, status, error } = await rig.ask();
  expect({ status, reason: error?.details }).toEqual({ status: 'interrupted', reason: { reason: 'timeout' } });
  expect(text.length).toBeGreaterThan(4);
  expect(text.length).toBeLessThan(25);
});

describe('a bound', () => {
  it('on calls that wait for their first token refuses the rest at once, until some are answered', async () => {
    rig = await startRig(upstream, { tuning: { maxWaiting: 10 } });
    const gate = upstream.gate();
    upstream.otherwise(says(gate, 'a'));
    const waiting = Array.from({ length: 10 }, () => rig.ask());
    await Promise.all(waiting.map(() => upstream.nextCall()));
    const refused = { kind: 'unavailable', retryAfter: 5 };
    await expect(rig.open()).rejects.toMatchObject(refused);
    await expect(rig.open({ ownKey: 'sk-own' })).rejects.toMatchObject(refused);
    expect(upstream.calls).toHaveLength(10);
    gate.open();
    expect((await Promise.all(waiting)).map(({ text }) => text)).toEqual(Array(10).fill('a'));
    expect(await rig.ask()).toMatchObject({ text: 'a' });
  });

  it('on calls at all counts those that are being answered', async () => {
    rig = await startRig(upstream, { openai: { maxRetries: 0 }, tuning: { maxCalls: 2 } });
    const gate = upstream.gate();
    upstream.answers(fails(500), says('a', gate), says('b', gate));
    await expect(rig.open()).rejects.toMatchObject({ kind: 'upstream_down' });
    const answers = [await rig.open(), await rig.open()];
    await expect(rig.open()).rejects.toMatchObject({ kind: 'unavailable' });
    gate.open();
    await Promise.all(answers.map(readAnswer));
    expect(await rig.ask()).toMatchObject({ status: 'complete' });
  });
});

it('hundreds of calls at once are all answered', async () => {
  rig = await startRig(upstream);
  const gate = upstream.gate();
  upstream.otherwise(({ body }) => says(String(body?.messages[0]?.content), gate, '!'));
  const asked = Array.from({ length: 400 }, (_, i) => rig.ask({ messages: [{ role: 'user', content: `${i}` }] }));
  await Promise.all(asked.map(() => upstream.nextCall()));
  gate.open();
  const answers = await Promise.all(asked);
  expect(answers.map(({ text }) => text)).toEqual(asked.map((_, i) => `${i}!`));
});
