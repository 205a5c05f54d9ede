import type { SendCommand } from '#chat';
import { type Actor, newId } from '#kernel';
import { fails, says } from '../harness/upstream';
import { hear, turnSuite } from './turn-suite';

const suite = turnSuite({ environment: { MAX_CONCURRENT_TURNS: '30' } });

let alice: Actor;
let id: string;
beforeEach(async () => {
  alice = await suite.here.someone();
  id = await suite.here.begin(alice);
});

const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };

it('is stored, held and leased before the upstream is asked', async () => {
  const gate = suite.upstream.gate();
  suite.upstream.answers(says(gate, 'Hello'));
  const opening = suite.here.send(alice, id, 'Hi');
  await suite.upstream.nextCall();
  const [question, answer] = await suite.here.said(id);
  expect(question).toMatchObject({ role: 'user', content: 'Hi', status: 'complete', tokens_used: 1 });
  expect(answer).toMatchObject({ role: 'assistant', content: '', status: 'streaming', parent_id: question?.id });
  expect(await suite.here.conversation(id)).toMatchObject({ running_message_id: answer?.id, message_count: 2 });
  expect(await suite.here.holds(alice)).toBe(1);
  gate.open();
  const { end, text } = await hear(await opening);
  expect([end.type, text]).toEqual(['end', 'Hello']);
});

it('ends with everything in its place', async () => {
  suite.upstream.answers(says('Hel', 'lo', { usage }));
  const { end, turn } = await suite.here.ask(alice, id, 'Hi');
  const { message } = end as Extract<typeof end, { type: 'end' }>;
  expect(end).toMatchObject({ usage: { promptTokens: 10, completionTokens: 5 }, cost: 0.00002 });
  expect(message).toMatchObject({ id: turn.messageId, content: 'Hello', status: 'complete', finishReason: 'stop' });
  expect(await suite.here.messages.find(alice, turn.messageId)).toEqual(message);
  expect(await suite.here.conversation(id)).toMatchObject({
    ...{ message_count: 2, last_message_content: 'Hello', running_message_id: null, lease_until: null },
  });
  expect(await suite.here.holds(alice)).toBe(0);
});

describe('what is refused leaves no trace', () => {
  /** Everything that a turn might leave. */
  async function traces(): Promise<unknown[]> {
    const tables = ['quota_holds', 'quota_counters', 'usage_ledger', 'idempotency_keys'];
    const ofAlice = (what: string, table: string) =>
      suite.here.db.query(`SELECT ${what} FROM ${table} WHERE user_id = ?`, [alice.userId]);
    // Others may be streaming, and kept meanwhile.
    const rows = [ofAlice('id', 'messages'), ...tables.map((table) => ofAlice('*', table))];
    return Promise.all([...rows, suite.here.conversation(id)]);
  }

  async function refused(wishes: Partial<SendCommand>, why: Record<string, unknown>): Promise<void> {
    const before = await traces();
    const sent = suite.here.send(alice, id, 'Hi', { idempotencyKey: 'a key', ...wishes });
    await expect(sent).rejects.toMatchObject(why);
    expect(await traces()).toEqual(before);
    expect(suite.upstream.calls).toEqual([]);
  }

  it.each<[string, Partial<SendCommand>, Record<string, unknown>]>([
    ['an unknown model', { model: 'none' }, { kind: 'invalid', issues: [{ field: 'model' }] }],
    ['more than the model says', { maxTokens: 4_097 }, { kind: 'invalid', issues: [{ field: 'max_tokens' }] }],
    ['a conversation that never was', { conversationId: newId() }, { kind: 'not_found' }],
    ['a parent that never was', { parentId: newId() }, { kind: 'invalid', issues: [{ field: 'parent_id' }] }],
    ['what fits no window', { content: 'word '.repeat(9_000) }, { kind: 'invalid', issues: [{ field: 'content' }] }],
  ])('%s', (_what, wishes, why) => refused(wishes, why));

  it('what is another’s', async () => {
    const bob = await suite.here.someone();
    const conversationId = await suite.here.begin(bob);
    const { turn } = await suite.here.ask(bob, conversationId, 'Hi');
    suite.upstream.reset();
    await refused({ conversationId }, { kind: 'not_found' });
    await refused({ parentId: turn.messageId }, { kind: 'invalid', issues: [{ field: 'parent_id' }] });
    const regenerated = suite.here.chat.openTurn(alice, { kind: 'regenerate', messageId: turn.messageId });
    await expect(regenerated).rejects.toMatchObject({ kind: 'not_found' });
  });

  it('what the quota does not allow, which is counted', async () => {
    const rejections = async () => {
      const { text } = await suite.here.app.api.get('/metrics');
      return Number(/quota_rejections_total\{period="day",metric="tokens"\} (\d+)/.exec(text)?.[1] ?? 0);
    };
    const before = await rejections();
    alice = await suite.here.someone({ dailyTokens: 8 });
    id = await suite.here.begin(alice);
    await refused({}, { kind: 'quota_exceeded', details: { period: 'day', metric: 'tokens' } });
    expect(await rejections()).toBe(before + 1);
  });

  it('too many turns at once', async () => {
    const gate = suite.upstream.gate();
    suite.upstream.otherwise(says('one', gate));
    const others = await Promise.all(Array.from({ length: 30 }, () => suite.here.begin(alice)));
    const turns = await Promise.all(others.map((other) => suite.here.send(alice, other, 'Hi')));
    suite.upstream.calls.length = 0;
    await refused({}, { kind: 'rate_limited', reason: 'too_many_turns' });
    gate.open();
    await Promise.all(turns.map(hear));
    expect((await suite.here.ask(alice, id, 'Hi')).end.type).toBe('end');
  });

  it('a second turn while one runs, and it names the one that runs', async () => {
    const gate = suite.upstream.gate();
    suite.upstream.answers(says('one', gate));
    const turn = await suite.here.send(alice, id, 'Hi');
    suite.upstream.calls.length = 0;
    await refused({}, { kind: 'conflict', reason: 'turn_running', details: { message_id: turn.messageId } });
    gate.open();
    await hear(turn);
  });
});

it('runs once of ten at once in one conversation', async () => {
  const gate = suite.upstream.gate();
  suite.upstream.otherwise(says('one', gate));
  const sent = await Promise.allSettled(Array.from({ length: 10 }, (_, i) => suite.here.send(alice, id, `Hi ${i}`)));
  const turns = sent.filter((each) => each.status === 'fulfilled');
  expect(turns).toHaveLength(1);
  for (const each of sent) if (each.status === 'rejected') expect(each.reason).toMatchObject({ kind: 'conflict' });
  expect(suite.upstream.calls).toHaveLength(1);
  expect(await suite.here.said(id)).toHaveLength(2);
  gate.open();
  for (const { value } of turns) await hear(value);
});

describe('one idempotency key', () => {
  const key = { idempotencyKey: 'a key' };

  it('is one turn for twenty at once, and for who comes later', async () => {
    const gate = suite.upstream.gate();
    suite.upstream.answers(says('one', gate, ' two'));
    const turns = await Promise.all(Array.from({ length: 20 }, () => suite.here.send(alice, id, 'Hi', key)));
    gate.open();
    const heard = await Promise.all(turns.map(hear));
    heard.push(await suite.here.ask(alice, id, 'Hi', key));
    expect(new Set(heard.map(({ turn }) => turn.messageId)).size).toBe(1);
    expect(new Set(heard.map(({ text, end }) => `${text} ${end.type}`))).toEqual(new Set(['one two end']));
    expect(suite.upstream.calls).toHaveLength(1);
    expect(await suite.here.used(alice)).toMatchObject({ requests: 1 });
  });

  it('is a conflict under another body', async () => {
    await suite.here.ask(alice, id, 'Hi', key);
    const reused = { kind: 'conflict', reason: 'idempotency_key_reused' };
    await expect(suite.here.send(alice, id, 'Hello', key)).rejects.toMatchObject(reused);
    await expect(suite.here.send(alice, id, 'Hi', { ...key, temperature: 1 })).rejects.toMatchObject(reused);
    const other = await suite.here.begin(alice);
    await expect(suite.here.send(alice, other, 'Hi', key)).rejects.toMatchObject(reused);
  });

  it('is free again after a turn that came to nothing', async () => {
    suite.upstream.answers(fails(500));
    await expect(suite.here.send(alice, id, 'Hi', key)).rejects.toMatchObject({ kind: 'upstream_down' });
    expect((await suite.here.ask(alice, id, 'Hi', key)).end.type).toBe('end');
    expect(await suite.here.ledger(alice)).toHaveLength(1);
  });
});

describe('what is left', () => {
  const AT_ONCE = 30;

  /** In as many conversations; how those ended that were not refused by the quota. */
  async function sendAll(actor: Actor, content: string) {
    const ids = await Promise.all(Array.from({ length: AT_ONCE }, () => suite.here.begin(actor)));
    const sent = await Promise.allSettled(ids.map((each) => suite.here.ask(actor, each, content)));
    const admitted = [];
    for (const each of sent) {
      if (each.status === 'fulfilled') admitted.push(each.value);
      else expect(each.reason).toMatchObject({ kind: 'quota_exceeded' });
    }
    return admitted;
  }

  it.each([
    { left: 0, before: 0 },
    { left: 7, before: 0 },
    { left: 7, before: 1 },
    { left: AT_ONCE, before: 1 },
  ])('of requests, $left after $before, is given away to the last, and not one more', async ({ left, before }) => {
    const bob = await suite.here.someone({ dailyRequests: left + before });
    for (let asked = 0; asked < before; asked++) await suite.here.ask(bob, await suite.here.begin(bob), 'Hi');
    expect(await sendAll(bob, 'Hi')).toHaveLength(left);
    expect(suite.upstream.calls).toHaveLength(left + before);
    expect(await suite.here.used(bob)).toMatchObject({ requests: left + before });
  });

  it('of tokens clamps what is asked for, and is never overspent', async () => {
    suite.upstream.otherwise(({ body }) => {
      const most = Number(body?.['max_tokens'] ?? body?.['max_completion_tokens']);
      // One that says far more than it may.
      return says('word', { usage: { prompt_tokens: 8, completion_tokens: 2 * most, total_tokens: 8 + 2 * most } });
    });
    const bob = await suite.here.someone({ dailyTokens: 100 });
    const { turn } = await suite.here.ask(bob, await suite.here.begin(bob), 'Hi', { maxTokens: 40 });
    expect(turn.quota.tokens).toBe(100 - 48);
    await sendAll(bob, 'Hi');
    const asked = suite.upstream.calls.map(({ body }) =>
      Number(body?.['max_tokens'] ?? body?.['max_completion_tokens']),
    );
    expect(asked).toEqual([40, 100 - 48 - 8]);
    const charged = (await suite.here.ledger(bob)).map(({ charged_tokens }) => charged_tokens);
    expect(charged.reduce((sum, each) => sum + each)).toBe(100);
    expect(await suite.here.used(bob)).toEqual({ requests: 2, tokens: 100 });
  });
});
