import { AsyncLocalStorage } from 'node:async_hooks';
import type { Actor } from '#kernel';
import { MessageChanges, Messages } from '#messages';
import { says } from '../harness/upstream';
import { type Heard, hear, hearUntil, type TurnProcess, turnSuite } from './turn-suite';

const WINDOW = 60;
const models = [{}, { id: 'tiny', context_window: WINDOW, max_output_tokens: 20 }];
const suite = turnSuite({ models });

let here: TurnProcess;
let there: TurnProcess;
let alice: Actor;
let id: string;
beforeAll(async () => {
  ({ here } = suite);
  there = await suite.another();
}, 120_000);
beforeEach(async () => {
  alice = await here.someone();
  id = await here.begin(alice);
});

function exchange(question: string, answer: string, on = here): Promise<Heard> {
  suite.upstream.answers(says(answer, { usage: null }));
  return on.ask(alice, id, question);
}

/** What the upstream was asked last. */
function asked(): readonly string[] {
  return (suite.upstream.calls.at(-1)?.body?.messages ?? []).map(({ role, content }) => `${role}: ${String(content)}`);
}

const changesThere = () => there.app.nest.get(MessageChanges);
const edit = (messageId: string | null, content: string) =>
  changesThere().edit(alice, messageId ?? '', { content, tokensUsed: 1 });

describe('what this process has left is asked of the database again where another has changed it:', () => {
  let first: Heard;
  beforeEach(async () => {
    first = await exchange('one', 'first');
  });

  it('by a turn', async () => {
    await exchange('two', 'second', there);
    await exchange('three', 'third');
    expect(asked()).toEqual(['user: one', 'assistant: first', 'user: two', 'assistant: second', 'user: three']);
  });

  it('by an edit of the question', async () => {
    await edit(first.turn.userMessageId, 'uno');
    await exchange('two', 'second');
    expect(asked()).toEqual(['user: uno', 'assistant: first', 'user: two']);
  });

  it('by an edit of the answer', async () => {
    await edit(first.turn.messageId, 'primo');
    await exchange('two', 'second');
    expect(asked()).toEqual(['user: one', 'assistant: primo', 'user: two']);
  });

  it('by a deletion', async () => {
    await changesThere().delete(alice, first.turn.userMessageId ?? '');
    await exchange('two', 'second');
    expect(asked()).toEqual(['assistant: first', 'user: two']);
  });

  it('by a note', async () => {
    await there.chat.note(alice, { conversationId: id, content: 'Be kind.' });
    await exchange('two', 'second');
    expect(asked()).toEqual(['user: one', 'assistant: first', 'system: Be kind.', 'user: two']);
  });

  it('by another answer, and by turning back to the first', async () => {
    suite.upstream.answers(says('other'));
    await hear(await there.chat.openTurn(alice, { kind: 'regenerate', messageId: first.turn.messageId }));
    await exchange('two', 'second');
    expect(asked()).toEqual(['user: one', 'assistant: other', 'user: two']);
    await changesThere().activate(alice, first.turn.messageId);
    await exchange('three', 'third');
    expect(asked()).toEqual(['user: one', 'assistant: first', 'user: three']);
  });

  it('by its settings', async () => {
    await here.conversations.update(alice, id, { systemMessage: 'Be brief.', model: 'tiny', apiKey: 'sk-mine' });
    await exchange('two', 'second');
    expect(asked()).toEqual(['system: Be brief.', 'user: one', 'assistant: first', 'user: two']);
    expect(suite.upstream.calls.at(-1)?.body?.model).toBe('tiny');
    expect((await here.ledger(alice)).map(({ charged_tokens }) => charged_tokens > 0)).toEqual([true, false]);
  });

  it('while an answer was written', async () => {
    const gate = suite.upstream.gate();
    suite.upstream.answers(says('sec', gate, 'ond'));
    const turn = await here.send(alice, id, 'two');
    await hearUntil(turn, 'sec');
    await edit(first.turn.userMessageId, 'uno');
    gate.open();
    await hear(turn);
    await exchange('three', 'third');
    expect(asked()).toEqual(['user: uno', 'assistant: first', 'user: two', 'assistant: second', 'user: three']);
  });

  it('by taking it away', async () => {
    await there.conversations.delete(alice, id);
    await expect(here.send(alice, id, 'two')).rejects.toMatchObject({ kind: 'not_found' });
  });
});

it('of another’s conversation tells nothing, nor takes it for a new one', async () => {
  await exchange('one', 'first');
  const bob = await here.someone();
  await expect(here.send(bob, id, 'Hi')).rejects.toMatchObject({ kind: 'not_found' });
  await exchange('two', 'second');
  expect(asked()).toEqual(['user: one', 'assistant: first', 'user: two']);
});

it('is held and charged as whoever remembers nothing counts it', async () => {
  for (let turn = 0; turn < 4; turn++) await exchange(`a question ${turn}`, `an answer ${turn}`);
  const remembered = await here.ledger(alice);
  id = await here.begin(alice);
  for (let turn = 0; turn < 4; turn++) {
    await exchange(`a question ${turn}`, `an answer ${turn}`, turn % 2 === 0 ? here : there);
  }
  const charged = (entries: typeof remembered) => entries.map(({ charged_tokens }) => charged_tokens);
  expect(charged((await here.ledger(alice)).slice(4))).toEqual(charged(remembered));
}, 60_000);

it('is cut to the window of whichever model is asked', async () => {
  for (const answer of ['first '.repeat(10), 'second '.repeat(10)]) await exchange('word', answer.trim());
  suite.upstream.answers(says('third'));
  await here.ask(alice, id, 'last', { model: 'tiny' });
  expect(asked()).toEqual([
    'user: word',
    'assistant: second second second second second second second second second second',
    'user: last',
  ]);
  await exchange('really', 'fourth');
  expect(asked()).toHaveLength(7);
});

it('is as it is stored where the answer was stopped', async () => {
  const gate = suite.upstream.gate();
  suite.upstream.answers(says('as far as ', gate, 'this'));
  const turn = await here.send(alice, id, 'one');
  await hearUntil(turn, 'as far as ');
  await here.chat.stopTurn(alice, turn.messageId);
  await exchange('two', 'second');
  const [stopped] = (await here.app.nest.get(Messages).newest(alice, id)).messages.slice(1);
  expect(asked()).toEqual(['user: one', `assistant: ${stopped?.content}`, 'user: two']);
});

it('opens with one statement on PostgreSQL, and ends with one, from the first turn of a new conversation', async () => {
  if (here.transaction.engine !== 'postgres') return;
  // The first turn of a day makes the counters.
  await here.ask(alice, await here.begin(alice), 'Hi');
  // The reaper asks too, and whoever looks for alerts, whenever their time comes.
  const turns = new AsyncLocalStorage<true>();
  const askedBy = (call: () => Promise<Heard>) => turns.run(true, call);
  const ofTurns = { statements: 0, transactions: 0, questions: 0 };
  const counted = (what: keyof typeof ofTurns, holder: object, method: string) => {
    const real = (holder as Record<string, (...args: unknown[]) => unknown>)[method];
    jest.spyOn(holder as Record<string, () => unknown>, method).mockImplementation((...args: unknown[]) => {
      if (turns.getStore()) ofTurns[what]++;
      return real?.apply(holder, args);
    });
  };
  counted('statements', here.transaction, 'atOnce');
  counted('transactions', here.transaction, 'run');
  counted('questions', here.db, 'query');
  for (let turn = 1; turn <= 3; turn++) {
    await askedBy(() => exchange(`q${turn}`, `a${turn}`));
    expect(ofTurns).toEqual({ statements: 2 * turn, transactions: 0, questions: 0 });
  }
  await exchange('elsewhere', 'yes', there);
  await askedBy(() => exchange('back', 'again'));
  expect(ofTurns.statements).toBe(6 + 3);
  jest.restoreAllMocks();
});
