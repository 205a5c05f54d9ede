import type { Actor } from '#kernel';
import { TokenCounter } from '#llm';
import { MessageChanges } from '#messages';
import { fails, says } from '../harness/upstream';
import { turnSuite } from './turn-suite';

const WINDOW = 200;
const suite = turnSuite({ models: [{}, { id: 'tiny', context_window: WINDOW, max_output_tokens: 150 }] });

let alice: Actor;
let id: string;
beforeEach(async () => {
  alice = await suite.here.someone();
  id = await suite.here.begin(alice);
});

/** What the upstream was asked last. */
function asked(): readonly string[] {
  return (suite.upstream.calls.at(-1)?.body?.messages ?? []).map(({ role, content }) => `${role}: ${String(content)}`);
}

function exchange(question: string, answer: string, parentId?: string) {
  suite.upstream.answers(says(answer, { usage: null }));
  return suite.here.ask(alice, id, question, { parentId });
}

it('begins with the system message, and has the branch in its order', async () => {
  id = await suite.here.begin(alice, { systemMessage: 'Be brief.' });
  await exchange('one', 'first');
  await suite.here.chat.note(alice, { conversationId: id, content: 'Be kind.' });
  await exchange('two', 'second');
  expect(asked()).toEqual(['system: Be brief.', 'user: one', 'assistant: first', 'system: Be kind.', 'user: two']);
});

it('has all of a long history, once', async () => {
  const said: string[] = [];
  for (let turn = 0; turn < 60; turn++) {
    await exchange(`q${turn}`, `a${turn}`);
    said.push(`user: q${turn}`, `assistant: a${turn}`);
  }
  expect(asked()).toEqual(said.slice(0, -1));
}, 60_000);

it('has nothing of other branches, and of failed answers', async () => {
  const first = await exchange('one', 'first');
  await exchange('two', 'second');
  await exchange('other', 'another', first.turn.messageId);
  suite.upstream.answers(fails(500));
  await suite.here.send(alice, id, 'lost').catch(() => undefined);
  await exchange('four', 'fourth');
  expect(asked()).toEqual([
    ...['user: one', 'assistant: first', 'user: other', 'assistant: another', 'user: lost', 'user: four'],
  ]);
  await suite.here.app.nest.get(MessageChanges).activate(alice, first.turn.messageId);
  suite.upstream.answers(says('again'));
  await suite.here.chat.openTurn(alice, { kind: 'regenerate', messageId: first.turn.messageId });
  expect(asked()).toEqual(['user: one']);
});

it('of a question put otherwise has what was before it', async () => {
  await exchange('one', 'first');
  const { turn } = await exchange('two', 'second');
  const messageId = turn.userMessageId ?? '';
  await suite.here.chat.openTurn(alice, { kind: 'rephrase', messageId, content: 'deux' });
  expect(asked()).toEqual(['user: one', 'assistant: first', 'user: deux']);
});

describe('in a window that is too small for all', () => {
  const wishes = { model: 'tiny', maxTokens: 50 };
  const most = () => Number(suite.upstream.calls.at(-1)?.body?.['max_tokens']);

  /** A text of so many tokens. */
  async function text(tokens: number, word = 'word'): Promise<string> {
    const made = Array.from({ length: tokens }, () => word).join(' ');
    expect(await suite.here.app.nest.get(TokenCounter).count(made)).toBe(tokens);
    return made;
  }

  it('the newest are left that fit to the last token, with what is asked for', async () => {
    const old = await text(20, 'old');
    await exchange(old, 'first');
    // 3 around all, 4 around each: of the window are left 200 - 50 - 3 - (20 + 4) - (1 + 4).
    const fits = WINDOW - 50 - 3 - 24 - 5 - 4;
    await suite.here.ask(alice, id, await text(fits), wishes);
    expect(asked()).toEqual([`user: ${old}`, 'assistant: first', `user: ${await text(fits)}`]);
    expect(most()).toBe(50);
    const changes = suite.here.app.nest.get(MessageChanges);
    for (const each of (await suite.here.said(id)).slice(2)) await changes.delete(alice, each.id);
    await suite.here.ask(alice, id, await text(fits + 1), wishes);
    expect(asked()).toEqual(['assistant: first', `user: ${await text(fits + 1)}`]);
  });

  it('the question has to fit, and gets what is left for its answer', async () => {
    await suite.here.ask(alice, id, await text(WINDOW - 3 - 4 - 50), wishes);
    expect(most()).toBe(50);
    id = await suite.here.begin(alice);
    await suite.here.ask(alice, id, await text(WINDOW - 3 - 4 - 1), wishes);
    expect(most()).toBe(1);
    id = await suite.here.begin(alice);
    const tooLong = suite.here.send(alice, id, await text(WINDOW - 3 - 4), wishes);
    await expect(tooLong).rejects.toMatchObject({ issues: [{ field: 'content', reason: 'too_long_for_model' }] });
    expect(await suite.here.said(id)).toEqual([]);
  });

  it('the system message stays, whatever has to go', async () => {
    id = await suite.here.begin(alice, { systemMessage: await text(100, 'rule') });
    await exchange('one', 'first');
    await suite.here.ask(alice, id, await text(30), wishes);
    expect(asked()).toEqual([`system: ${await text(100, 'rule')}`, 'assistant: first', `user: ${await text(30)}`]);
  });

  it('what an upstream made of its own usage makes no message longer than it is', async () => {
    suite.upstream.answers(says('ok', { usage: { prompt_tokens: 1, completion_tokens: 5_000, total_tokens: 5_001 } }));
    await suite.here.ask(alice, id, 'one');
    await suite.here.ask(alice, id, 'two', wishes);
    expect(asked()).toEqual(['user: one', 'assistant: ok', 'user: two']);
  });
});
