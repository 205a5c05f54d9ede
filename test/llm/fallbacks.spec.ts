import { fails, redirects, says, startUpstream, type Upstream } from '../harness/upstream';
import { type Rig, startRig } from './rig';

let upstream: Upstream;
let elsewhere: Upstream;
let rig: Rig;

beforeAll(async () => {
  [upstream, elsewhere] = await Promise.all([startUpstream(), startUpstream()]);
});

beforeEach(async () => {
  upstream.reset();
  elsewhere.reset();
  rig = await startRig(upstream, {
    openai: { maxRetries: 1 },
    apiKeys: { ELSEWHERE_API_KEY: 'sk-elsewhere' },
    models: [
      { id: 'first', fallbacks: ['second', 'third'] },
      { id: 'second', base_url: elsewhere.baseUrl, api_key_env: 'ELSEWHERE_API_KEY' },
      { id: 'third' },
    ],
  });
});

afterEach(() => rig.close());
afterAll(() => Promise.all([upstream.close(), elsewhere.close()]));

const asked = ({ calls }: Upstream) => calls.map(({ body, headers }) => [body?.model, headers.authorization]);

it('a model answers where it lives, for the key that is kept for it', async () => {
  const second = rig.catalogue.find('second');
  expect(await rig.ask({ model: second })).toMatchObject({ model: 'second' });
  expect(asked(elsewhere)).toEqual([['second', 'Bearer sk-elsewhere']]);
  expect(upstream.calls).toEqual([]);
});

it('the next one answers when a model does not', async () => {
  upstream.otherwise(fails(500));
  elsewhere.answers(says('Hello'));
  expect(await rig.ask()).toMatchObject({ model: 'second', text: 'Hello', status: 'complete' });
  expect(asked(upstream)).toEqual(Array(2).fill(['first', 'Bearer sk-platform']));
  expect(asked(elsewhere)).toEqual([['second', 'Bearer sk-elsewhere']]);
});

it.each([fails(404), fails(429, { retryAfter: 600 }), redirects('/x')])('and the one after that', async (refusal) => {
  upstream.answers(refusal, says('Hello'));
  elsewhere.otherwise(fails(503));
  expect(await rig.ask()).toMatchObject({ model: 'third', text: 'Hello' });
  expect(elsewhere.calls).toHaveLength(2);
});

it('when none answers, what is told is why the first did not', async () => {
  upstream.otherwise(({ body }) => (body?.model === 'first' ? fails(429, { retryAfter: 600 }) : fails(500)));
  elsewhere.otherwise(fails(401));
  await expect(rig.open()).rejects.toMatchObject({ kind: 'upstream_limited', retryAfter: 600 });
});

it('an answer that has begun stays with its model', async () => {
  upstream.answers(says('Hel', { run: ({ wire }) => wire.cut('reset') }));
  expect(await rig.ask()).toMatchObject({ model: 'first', text: 'Hel', status: 'interrupted' });
  expect(elsewhere.calls).toEqual([]);
});

it("a caller's own key goes to the server it was given for and to no other", async () => {
  upstream.answers(fails(500), fails(500), says('Hello'));
  expect(await rig.ask({ ownKey: 'sk-own' })).toMatchObject({ model: 'third', text: 'Hello' });
  expect(asked(upstream).map(([, key]) => key)).toEqual(Array(3).fill('Bearer sk-own'));
  expect(elsewhere.calls).toEqual([]);
});

describe('the breaker', () => {
  const askAll = (count: number, call = {}) =>
    Promise.allSettled(Array.from({ length: count }, () => rig.open({ model: rig.catalogue.find('third'), ...call })));
  const ask = (call = {}) => rig.ask({ model: rig.catalogue.find('third'), ...call });
  const state = async () => {
    const gauges = await rig.metric('openai_breaker_state');
    return gauges.find(({ labels }) => labels['upstream' as never] === `${upstream.baseUrl} OPENAI_API_KEY`)?.value;
  };

  it('opens when half of all tries fail, answers fast, probes and closes', async () => {
    let turn = 0;
    upstream.otherwise(() => (turn++ % 2 === 0 ? fails(500) : says('a')));
    await ask();
    expect(await state()).toBe(0);
    await askAll(30);
    expect(await state()).toBe(2);

    const before = upstream.calls.length;
    await expect(ask()).rejects.toMatchObject({
      kind: 'upstream_down',
      details: { reason: 'circuit_open' },
      retryAfter: 5,
    });
    expect(upstream.calls).toHaveLength(before);

    upstream.otherwise(fails(500));
    rig.clock.advance(5_000);
    await expect(ask()).rejects.toMatchObject({ details: { reason: 'failing' } });
    expect(await state()).toBe(2);

    upstream.otherwise(says('a'));
    rig.clock.advance(5_000);
    expect(await ask()).toMatchObject({ text: 'a' });
    expect(await state()).toBe(0);
  });

  it('lets one call probe, while others are refused', async () => {
    upstream.otherwise(fails(500));
    await askAll(20);
    rig.clock.advance(5_000);
    upstream.reset();
    const gate = upstream.gate();
    upstream.otherwise(says(gate, 'a'));
    const probe = ask();
    await upstream.nextCall();
    expect(await state()).toBe(1);
    await expect(ask()).rejects.toMatchObject({ details: { reason: 'circuit_open' } });
    gate.open();
    expect(await probe).toMatchObject({ text: 'a' });
    expect(await ask()).toMatchObject({ text: 'a' });
  });

  it('stays closed for what is the fault of the call, or a matter of its rate', async () => {
    upstream.otherwise(({ body }) => (Number(body?.['user']) % 2 === 0 ? fails(400) : fails(429, { retryAfter: 60 })));
    await Promise.all(Array.from({ length: 40 }, (_, i) => askAll(1, { user: `${i}` })));
    expect(await state()).toBe(0);
  });

  it("is another for a caller's own key", async () => {
    upstream.otherwise(({ headers }) => (headers.authorization === 'Bearer sk-bad' ? fails(500) : says('a')));
    await askAll(20, { ownKey: 'sk-bad' });
    await expect(ask({ ownKey: 'sk-bad' })).rejects.toMatchObject({ details: { reason: 'circuit_open' } });
    expect(await ask({ ownKey: 'sk-good' })).toMatchObject({ text: 'a' });
    expect(await ask()).toMatchObject({ text: 'a' });
    expect(await state()).toBe(0);
  });

  it('sends callers on to the fallback', async () => {
    upstream.otherwise(fails(500));
    await askAll(20);
    const before = upstream.calls.length;
    expect(await rig.ask()).toMatchObject({ model: 'second', status: 'complete' });
    expect(upstream.calls).toHaveLength(before);
  });
});
