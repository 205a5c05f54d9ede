import { randomBytes } from 'node:crypto';
import { type Actor, newId } from '#kernel';
import {
  type ConversationServices,
  startConversationServices,
} from '../../../test/conversations/conversation-services';
import { createTestDatabase } from '../../../test/harness/database';
import type { NewConversation } from './conversations';

let services: ConversationServices;
let people = 0;
let alice: Actor;
let bob: Actor;

beforeAll(async () => {
  services = await startConversationServices();
});

afterAll(() => services.close());

beforeEach(async () => {
  alice = await services.signUp(`alice-${++people}`);
  bob = await services.signUp(`bob-${people}`);
});

async function create(changes: Partial<NewConversation> = {}, owner: Actor = alice) {
  services.clock.advance(1_000);
  return services.conversations.create(owner, { model: 'a-model', ...changes });
}

it('begins empty and unnamed', async () => {
  const made = await create();
  const now = services.clock.date();
  expect(made).toEqual({
    ...{ id: expect.any(String), title: '', model: 'a-model', systemMessage: null, hasOwnKey: false },
    ...{ messageCount: 0, lastMessage: null, isArchived: false, isPinned: false, createdAt: now, updatedAt: now },
  });
  expect(await services.conversations.find(alice, made.id)).toEqual(made);
});

it.each([
  ['200 characters of four bytes', '👍'.repeat(200)],
  ['letters that fold into many', 'ﷺ'.repeat(200)],
  ['markup, quotes and control characters', `<b>'"\\\u001b[31m\n\t;--`],
])('keeps a title of %s as it was given', async (_, title) => {
  const { id } = await create({ title });
  expect((await services.conversations.find(alice, id)).title).toBe(title);
});

describe('a change', () => {
  it('changes what it names and nothing else', async () => {
    const made = await create({ title: 'Before', systemMessage: 'Be brief', apiKey: 'sk-mine' });
    services.clock.advance(1_000);
    const updatedAt = services.clock.date();
    const renamed = await services.conversations.update(alice, made.id, { title: 'After', model: 'b-model' });
    expect(renamed).toEqual({ ...made, title: 'After', model: 'b-model', updatedAt });
    const bare = await services.conversations.update(alice, made.id, { systemMessage: null, apiKey: null });
    expect(bare).toEqual({ ...renamed, systemMessage: null, hasOwnKey: false });
    expect(await services.conversations.update(alice, made.id, {})).toEqual(bare);
  });

  it('is not what filing away counts as', async () => {
    const made = await create();
    services.clock.advance(1_000);
    expect(await services.conversations.update(alice, made.id, { isPinned: true })).toEqual({
      ...made,
      isPinned: true,
    });
    for (let twice = 0; twice < 2; twice++) {
      expect(await services.conversations.archive(alice, made.id)).toMatchObject({
        ...{ isArchived: true, isPinned: true, updatedAt: made.updatedAt },
      });
    }
    expect(await services.conversations.unarchive(alice, made.id)).toEqual({ ...made, isPinned: true });
  });
});

it('is its owner’s alone, as if it never was', async () => {
  const made = await create({ title: 'Mine', apiKey: 'sk-mine' });
  const { conversations } = services;
  for (const id of [made.id, newId()]) {
    const attempts = [
      () => conversations.find(bob, id),
      () => conversations.update(bob, id, { title: 'Stolen', apiKey: null }),
      () => conversations.update(bob, id, {}),
      () => conversations.archive(bob, id),
      () => conversations.unarchive(bob, id),
      () => conversations.delete(bob, id),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ kind: 'not_found' });
  }
  expect(await conversations.find(alice, made.id)).toEqual(made);
});

it('is deleted once, with all that was said in it', async () => {
  const { id } = await create();
  const { id: otherId } = await create();
  for (const each of [id, otherId]) await services.say(alice, each, 'hello');
  const results = await Promise.allSettled(Array.from({ length: 5 }, () => services.conversations.delete(alice, id)));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  await expect(services.conversations.find(alice, id)).rejects.toMatchObject({ kind: 'not_found' });
  const left = await services.db.query('SELECT conversation_id AS "id" FROM messages WHERE user_id = ?', [
    alice.userId,
  ]);
  expect(left).toEqual([{ id: otherId }]);
});

describe('a key of the owner’s own', () => {
  const key = 'sk-proj-of_my.own/42';

  it('is kept sealed, and opened for the call alone', async () => {
    const { id } = await create({ apiKey: key });
    expect(await services.conversations.ownKeyOf(services.db, id)).toBe(key);
    const rows = await services.db.query('SELECT * FROM conversations WHERE id = ?', [id]);
    expect(JSON.stringify(rows)).not.toContain(key);
    await services.conversations.update(alice, id, { apiKey: 'sk-another' });
    expect(await services.conversations.ownKeyOf(services.db, id)).toBe('sk-another');
    expect(await services.conversations.ownKeyOf(services.db, (await create()).id)).toBeNull();
  });

  it('opens in no other conversation', async () => {
    const { id } = await create({ apiKey: key });
    const { id: thiefId } = await create({}, bob);
    const copy = 'UPDATE conversations SET api_key_sealed = ? WHERE id = ?';
    const read = 'SELECT api_key_sealed AS "sealed" FROM conversations WHERE id = ?';
    const [row] = await services.db.query<{ sealed: string }>(read, [id]);
    await services.db.execute(copy, [row?.sealed ?? '', thiefId]);
    await expect(services.conversations.ownKeyOf(services.db, thiefId)).rejects.toMatchObject({ kind: 'invalid' });
  });

  it('outlives a change of the installation’s keys, until the old one is struck off', async () => {
    const database = await createTestDatabase();
    const [old, current] = [randomBytes(32), randomBytes(32)];
    const withKeys = (...encryptionKeys: [Buffer, ...Buffer[]]) =>
      startConversationServices({ database, encryptionKeys });
    const before = await withKeys(old);
    const owner = await before.signUp('carol');
    const { id } = await before.conversations.create(owner, { model: 'a-model', apiKey: key });
    await before.close();
    const during = await withKeys(current, old);
    expect(await during.conversations.ownKeyOf(during.db, id)).toBe(key);
    await during.close();
    const after = await withKeys(current);
    await expect(after.conversations.ownKeyOf(after.db, id)).rejects.toMatchObject({
      issues: [{ field: 'api_key', reason: 'invalid' }],
    });
    await after.conversations.update(owner, id, { apiKey: key });
    expect(await after.conversations.ownKeyOf(after.db, id)).toBe(key);
    await after.close();
    await database.drop();
  });
});
