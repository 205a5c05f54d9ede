import type { Actor } from '#kernel';
import { createTestDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/databases/test-database';
import { faultsOf, storedTree } from './stored-tree';
import { saying, Talk } from './talk';

let database: TestDatabase;
let here: Talk;
let there: Talk;
let alice: Actor;
let bob: Actor;
let id: string;

beforeAll(async () => {
  database = await createTestDatabase();
  here = await Talk.start(database);
  there = await Talk.start(database);
  [alice, bob] = await Promise.all([here.someone(), here.someone()]);
});
beforeEach(async () => {
  id = await here.begin(alice);
});
afterAll(async () => {
  await Promise.all([here.close(), there.close()]);
  await database.drop();
});

const notFound = expect.objectContaining({ kind: 'not_found' });

it('grows at its end, and from any message into another branch', async () => {
  const first = await here.exchange(alice, id, 'one');
  await here.exchange(alice, id, 'two');
  expect(await here.branch(alice, id)).toEqual(['one', 'answer to one', 'two', 'answer to two']);
  await here.exchange(alice, id, 'three', first.assistantMessage.id);
  expect(await here.branch(alice, id)).toEqual(['one', 'answer to one', 'three', 'answer to three']);
  await here.regenerate(alice, id, first.assistantMessage.id);
  expect(await here.branch(alice, id)).toEqual(['one', 'another answer']);
});

it('is shown again through any message of it, up to what is newest there', async () => {
  const first = await here.exchange(alice, id, 'one');
  await here.regenerate(alice, id, first.assistantMessage.id);
  await here.exchange(alice, id, 'two', first.assistantMessage.id);
  const elsewhere = await here.exchange(alice, id, 'elsewhere', null);
  await here.changes.activate(alice, first.assistantMessage.id);
  expect(await here.branch(alice, id)).toEqual(['one', 'answer to one', 'two', 'answer to two']);
  await here.changes.activate(alice, elsewhere.userMessage.id);
  expect(await here.branch(alice, id)).toEqual(['elsewhere', 'answer to elsewhere']);
  await here.changes.activate(alice, first.userMessage.id);
  const shown = ['one', 'answer to one', 'two', 'answer to two'];
  expect(await here.branch(alice, id)).toEqual(shown);
  // What is shown already stays, though there is something newer below.
  await here.regenerate(alice, id, first.assistantMessage.id);
  await here.changes.activate(alice, first.assistantMessage.id);
  await here.changes.activate(alice, first.userMessage.id);
  expect(await here.branch(alice, id)).toEqual(shown);
});

it('closes over a message that is deleted, and falls back to what else there is', async () => {
  const first = await here.exchange(alice, id, 'one');
  const second = await here.exchange(alice, id, 'two');
  await here.changes.delete(alice, first.assistantMessage.id);
  expect(await here.branch(alice, id)).toEqual(['one', 'two', 'answer to two']);
  const again = await here.regenerate(alice, id, second.assistantMessage.id);
  await here.changes.delete(alice, again.id);
  expect(await here.branch(alice, id)).toEqual(['one', 'two', 'answer to two']);
  for (const { id: message } of (await here.messages.newest(alice, id)).messages) {
    await here.changes.delete(alice, message);
  }
  expect(await storedTree(here.db, id)).toMatchObject({ leafId: null, count: 0, lastContent: null, messages: [] });
});

it('tells its conversation of what is last, cut, and when', async () => {
  here.clock.advance(60_000);
  const turn = await here.exchange(alice, id, 'one');
  await here.changes.edit(alice, turn.assistantMessage.id, saying('💩'.repeat(300)));
  const shown = await here.conversations.find(alice, id);
  expect(shown).toMatchObject({ messageCount: 2, updatedAt: here.clock.date() });
  expect(shown.lastMessage).toMatchObject({ role: 'assistant', content: '💩'.repeat(200) });
});

it('does not grow from another conversation, nor from what never was', async () => {
  const other = await here.begin(alice);
  const { userMessage } = await here.exchange(alice, other, 'one');
  for (const parent of [userMessage.id, id]) {
    const refused = here.open(alice, id, 'two', parent);
    await expect(refused).rejects.toMatchObject({ kind: 'invalid', issues: [{ field: 'parent_id' }] });
  }
  await expect(here.regenerate(alice, id, userMessage.id)).rejects.toEqual(notFound);
  expect((await storedTree(here.db, id)).messages).toEqual([]);
});

it("is nobody else's", async () => {
  const { userMessage } = await here.exchange(alice, id, 'one');
  const query = { branches: 'active', order: 'desc', page: 1, size: 10 } as const;
  await expect(here.messages.find(bob, userMessage.id)).rejects.toEqual(notFound);
  await expect(here.messages.page(bob, id, query)).rejects.toEqual(notFound);
  await expect(here.changes.edit(bob, userMessage.id, saying('mine'))).rejects.toEqual(notFound);
  await expect(here.changes.delete(bob, userMessage.id)).rejects.toEqual(notFound);
  await expect(here.changes.activate(bob, userMessage.id)).rejects.toEqual(notFound);
  await expect(here.open(bob, id, 'two')).rejects.toEqual(notFound);
  expect((await here.messages.newest(bob, id)).messages).toEqual([]);
  expect(await here.branch(alice, id)).toEqual(['one', 'answer to one']);
});

it('has more messages than one statement takes ids', async () => {
  const question = await here.open(alice, id, 'one');
  const messages = Array.from({ length: 2_500 }, (_, index) => index);
  await here.inThread(alice, id, async (tx, thread) => {
    let next = thread;
    for (const index of messages) {
      const { id: activeLeafId } = await here.tree.appendSystemMessage(tx, next, {
        content: `${index}`,
        tokensUsed: 0,
      });
      next = { ...next, activeLeafId, nextSeq: next.nextSeq + 1, messageCount: next.messageCount + 1 };
    }
  });
  await here.exchange(alice, id, 'elsewhere', null);
  await here.changes.activate(alice, question.assistantMessage.id);
  const stored = await storedTree(here.db, id);
  expect(faultsOf(stored)).toEqual([]);
  expect(stored.count).toBe(2_502);
}, 60_000);

it('stays a tree with one branch, whatever is done to it at once, in two processes', async () => {
  const turns = [];
  for (const question of ['one', 'two', 'three', 'four']) turns.push(await here.exchange(alice, id, question));
  const talks = [here, there];
  const gone = (error: unknown) => expect(error).toMatchObject({ kind: expect.stringMatching(/not_found|invalid/) });
  await Promise.all(
    turns.flatMap(({ userMessage, assistantMessage }, index) => {
      const talk = talks[index % 2] ?? here;
      return [
        talk.exchange(alice, id, `end ${index}`),
        talk.exchange(alice, id, `below ${index}`, userMessage.id).catch(gone),
        talk.regenerate(alice, id, assistantMessage.id).catch(gone),
        talk.changes.activate(alice, assistantMessage.id).catch(gone),
        talk.changes.edit(alice, userMessage.id, saying(`edited ${index}`)).catch(gone),
        ...(index % 2 === 0 ? talks.map((each) => each.changes.delete(alice, userMessage.id).catch(gone)) : []),
      ];
    }),
  );
  const stored = await storedTree(here.db, id);
  expect(faultsOf(stored)).toEqual([]);
  expect(stored.messages.filter(({ content }) => content.startsWith('end'))).toHaveLength(4);
  expect(stored.messages.filter(({ content }) => content === 'one' || content === 'edited 0')).toEqual([]);
}, 60_000);

it('goes with its conversation', async () => {
  const { userMessage, assistantMessage } = await here.open(alice, id, 'one');
  await here.conversations.delete(alice, id);
  await expect(here.messages.find(alice, userMessage.id)).rejects.toEqual(notFound);
  expect(await here.answers.checkpoint(here.db, assistantMessage.id, 'late')).toBe(false);
  await expect(here.finish(alice, id, assistantMessage)).rejects.toEqual(notFound);
  expect(await here.db.query('SELECT 1 FROM messages WHERE conversation_id = ?', [id])).toEqual([]);
});
