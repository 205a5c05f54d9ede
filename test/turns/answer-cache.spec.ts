import type { SendCommand } from '#chat';
import type { Actor } from '#kernel';
import { eventually } from '../harness/eventually';
import { cut, says } from '../harness/upstream';
import { type TurnProcess, turnSuite } from './turn-suite';

const suite = turnSuite();
const wishes = { temperature: 0, mayBeCached: true };

let alice: Actor;
beforeEach(async () => {
  alice = await suite.here.someone();
  let answers = 0;
  suite.upstream.otherwise(() => says(`answer ${++answers}`));
});

/** In a conversation of its own; what came, and whence. */
async function ask(actor: Actor, more: Partial<SendCommand> = {}, process = suite.here, conversation = {}) {
  const id = await process.begin(actor, conversation);
  const { turn, text, end } = await process.ask(actor, id, 'Hi', { ...wishes, ...more });
  return { cache: turn.cache, text, end, turn };
}

it('a hit is the same answer for one request and no tokens', async () => {
  const miss = await ask(alice);
  const hit = await ask(alice);
  expect([miss.cache, hit.cache, hit.text]).toEqual(['miss', 'hit', 'answer 1']);
  expect(hit.end).toMatchObject({ type: 'end', usage: { promptTokens: 0, completionTokens: 0 }, cost: 0 });
  expect(await suite.here.message(hit.turn.messageId)).toMatchObject({
    ...{ content: 'answer 1', status: 'complete', finish_reason: 'stop', tokens_used: 3 },
  });
  const [first] = await suite.here.ledger(alice);
  expect(await suite.here.used(alice)).toEqual({ requests: 2, tokens: first?.total_tokens });
  expect(suite.upstream.calls).toHaveLength(1);
});

it.each<[string, Partial<SendCommand>]>([
  ['a temperature', { temperature: 0.1 }],
  ['another length', { maxTokens: 7 }],
  ['a reader who wants it piece by piece', { mayBeCached: false }],
])('none where there is %s', async (_what, more) => {
  await ask(alice);
  const { text, cache } = await ask(alice, more);
  expect([text, cache === 'hit']).toEqual(['answer 2', false]);
});

it('none of what another was told', async () => {
  await ask(alice);
  expect(await ask(await suite.here.someone())).toMatchObject({ cache: 'miss', text: 'answer 2' });
});

it('none for another conversation with another beginning', async () => {
  await ask(alice);
  expect(await ask(alice, {}, suite.here, { systemMessage: 'Be brief.' })).toMatchObject({ cache: 'miss' });
});

it('none for who wants another answer', async () => {
  const { turn } = await ask(alice);
  const again = await suite.here.chat.openTurn(alice, {
    kind: 'regenerate',
    messageId: turn.messageId,
    temperature: 0,
  });
  expect(again.cache).toBeUndefined();
  expect(suite.upstream.calls).toHaveLength(2);
});

it('none of an answer that broke off', async () => {
  suite.upstream.answers(says('half', cut()));
  await ask(alice);
  expect(await ask(alice)).toMatchObject({ cache: 'miss', text: 'answer 1' });
});

it('none of an answer without a word', async () => {
  suite.upstream.answers(says());
  await ask(alice);
  expect(await ask(alice)).toMatchObject({ cache: 'miss', text: 'answer 1' });
});

describe('as the operator has it', () => {
  const at = async (process: TurnProcess, temperature: number) => [
    (await ask(alice, { temperature }, process)).cache,
    (await ask(alice, { temperature }, process)).cache,
  ];

  it('never', async () => {
    const process = await suite.another({ ENABLE_CACHE: 'off' });
    expect(await at(process, 0)).toEqual([undefined, undefined]);
  });

  it('at any temperature', async () => {
    const process = await suite.another({ ENABLE_CACHE: 'all' });
    expect(await at(process, 1)).toEqual(['miss', 'hit']);
  });

  it('for as long as is said', async () => {
    const process = await suite.another({ CACHE_TTL: '1' });
    expect(await at(process, 0)).toEqual(['miss', 'hit']);
    await eventually(async () => (await ask(alice, {}, process)).cache === 'miss');
  });
});
