import type { Actor } from '#kernel';
import { type Answer, cut, fails, raw, says } from '../harness/upstream';
import { turnSuite } from './turn-suite';

const suite = turnSuite();
const MEGABYTE = 'a wörd \u{1f600} '.repeat(100_000);
const brokenOff = { kind: 'upstream_down' };

let alice: Actor;
let id: string;
beforeEach(async () => {
  alice = await suite.here.someone();
  id = await suite.here.begin(alice);
});

describe('what is stored, and told, of an upstream that', () => {
  it.each<[string, Answer, string, Record<string, unknown>]>([
    ['cuts a pair of surrogates in two', says('a\ud83d', '\ude00b'), 'a\u{1f600}b', { status: 'complete' }],
    ['leaves one half of a pair', says('a\ud83d', 'b\ude00', '\ud83d'), 'a\ufffdb\ufffd\ufffd', { status: 'complete' }],
    ['says NUL', says('a\0', 'b'), 'a\ufffdb', { status: 'complete' }],
    ['says a megabyte', says(MEGABYTE), MEGABYTE, { status: 'complete' }],
    ['says nothing at all', says(), '', { status: 'complete', finish_reason: 'stop' }],
    ['says no more', says('a', { finish: 'length' }), 'a', { status: 'complete', finish_reason: 'length' }],
    ['may not', says('a', { finish: 'content_filter' }), 'a', { status: 'complete', finish_reason: 'content_filter' }],
    ['has words of its own', says('a', { finish: 'x'.repeat(99) }), 'a', { finish_reason: 'x'.repeat(50) }],
  ])('%s', async (_what, answer, text, row) => {
    suite.upstream.answers(answer);
    const heard = await suite.here.ask(alice, id, 'Hi');
    expect(heard.text).toBe(text);
    expect(heard.end).toMatchObject({ type: 'end', message: { content: text, status: 'complete', errorCode: null } });
    expect(await suite.here.message(heard.turn.messageId)).toMatchObject({ content: text, error_code: null, ...row });
    expect(await suite.here.ledger(alice)).toHaveLength(1);
  });
});

describe('an upstream that fails', () => {
  it.each<[string, Answer, string]>([
    ['with a status', fails(500), 'upstream_down'],
    ['as too busy', fails(429), 'upstream_limited'],
    ['in its stream', says(raw('data: {"error":{"code":"boom"}}\n\n')), 'upstream_down'],
    ['by leaving', says(cut()), 'upstream_down'],
  ])('before its text, %s: there is no turn, and it costs nothing', async (_what, answer, kind) => {
    suite.upstream.answers(answer);
    await expect(suite.here.send(alice, id, 'Hi')).rejects.toMatchObject({ kind });
    const [question, failed] = await suite.here.said(id);
    expect(question).toMatchObject({ content: 'Hi', status: 'complete' });
    expect(failed).toMatchObject({ content: '', status: 'failed', error_code: 'OPENAI_API_ERROR' });
    expect(await suite.here.conversation(id)).toMatchObject({ running_message_id: null, message_count: 2 });
    expect(await suite.here.used(alice)).toEqual({ requests: 0, tokens: 0 });
    expect(await suite.here.ledger(alice)).toEqual([]);
  });

  it.each<[string, Answer, string]>([
    ['by leaving', says('one', ' two', cut()), 'interrupted'],
    ['by ending without an end', says('one', ' two', cut('cleanly')), 'interrupted'],
    ['in the middle of a pair', says('one', ' two', '\ud83d', cut()), 'interrupted'],
    ['with an error of its own', says('one', ' two', raw('data: {"error":{"code":"boom"}}\n\n')), 'failed'],
  ])('after its text, %s: what came is kept and costs what it is', async (_what, answer, status) => {
    suite.upstream.answers(answer);
    const { end, text, turn } = await suite.here.ask(alice, id, 'Hi');
    expect(text).toMatch(/^one two\ufffd?$/);
    expect(end).toMatchObject({ type: 'error', error: brokenOff });
    expect(await suite.here.message(turn.messageId)).toMatchObject({
      ...{ content: text, status, error_code: 'OPENAI_API_ERROR', finish_reason: null },
    });
    expect(await suite.here.ledger(alice)).toMatchObject([{ status, prompt_tokens: 8 }]);
    expect(await suite.here.holds(alice)).toBe(0);
  });
});

it('what an upstream says of its usage is kept; where that makes no sense, it is counted', async () => {
  const sent = { prompt_tokens: 100, completion_tokens: 50, total_tokens: 7 };
  suite.upstream.answers(
    says('one', { usage: sent }),
    ...[
      null,
      { ...sent, completion_tokens: 2.5 },
      { ...sent, prompt_tokens: -1 },
      { ...sent, completion_tokens: 1e15 },
    ].map((usage) => says('one', { usage })),
  );
  for (let turn = 0; turn < 5; turn++) await suite.here.ask(alice, await suite.here.begin(alice), 'Hi');
  const usages = (await suite.here.ledger(alice)).map((row) => [row.prompt_tokens, row.completion_tokens]);
  expect(usages).toEqual([[100, 50], ...Array.from({ length: 4 }, () => [8, 1])]);
});
