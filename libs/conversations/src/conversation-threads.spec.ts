import { type Actor, newId } from '#kernel';
import {
  type ConversationServices,
  startConversationServices,
} from '../../../test/conversations/conversation-services';
import type { ConversationThread } from './conversation-thread';

let services: ConversationServices;
let alice: Actor;
let bob: Actor;
let id: string;

beforeAll(async () => {
  services = await startConversationServices();
  alice = await services.signUp('alice');
  bob = await services.signUp('bob');
});

afterAll(() => services.close());

beforeEach(async () => {
  ({ id } = await services.conversations.create(alice, { model: 'a-model' }));
});

const lock = (actor: Actor = alice, conversationId = id) =>
  services.transaction.run((tx) => services.threads.lockOwned(tx, actor.userId, conversationId));

const unchanged = (thread: ConversationThread) => ({ ...thread, lastMessage: null, updatedAt: services.clock.date() });

/** As a process called `owner` does it, for a lease of 15 seconds. */
async function claim(owner = 'one', messageId = newId()): Promise<string> {
  const now = services.clock.date();
  const leaseUntil = new Date(now.getTime() + 15_000);
  await services.transaction.run(async (tx) => {
    const thread = await services.threads.lockOwned(tx, alice.userId, id);
    await services.threads.beginTurn(tx, thread, messageId, { owner, leaseUntil, now }, unchanged(thread));
  });
  return messageId;
}

const renew = (messageId: string, owner = 'one') =>
  services.threads.renewLease(services.db, {
    id,
    messageId,
    owner,
    leaseUntil: new Date(services.clock.now() + 15_000),
  });

const end = (messageId: string) => services.transaction.run((tx) => services.threads.endTurn(tx, { id, messageId }));

async function expired(): Promise<readonly unknown[]> {
  const all = await services.threads.expiredTurns(services.db, services.clock.date(), 1_000);
  return all.filter(({ conversationId }) => conversationId === id);
}

describe('a thread', () => {
  it('is its owner’s alone', async () => {
    await expect(lock(bob)).rejects.toMatchObject({ kind: 'not_found' });
    await expect(lock(alice, newId())).rejects.toMatchObject({ kind: 'not_found' });
  });

  it('tells whether it has a key, and never the key', async () => {
    expect(await lock()).toEqual({
      ...{ id, userId: alice.userId, title: '', model: 'a-model', systemMessage: null, hasOwnKey: false },
      ...{ messageCount: 0, activeLeafId: null, nextSeq: 1, revision: 0, runningMessageId: null, leaseUntil: null },
    });
    await services.conversations.update(alice, id, { apiKey: 'sk-mine', systemMessage: 'Be brief' });
    expect(await lock()).toMatchObject({ hasOwnKey: true, systemMessage: 'Be brief' });
  });

  it('is one caller’s at a time', async () => {
    await Promise.all(
      Array.from({ length: 20 }, () =>
        services.transaction.run(async (tx) => {
          const { nextSeq, messageCount } = await services.threads.lockOwned(tx, alice.userId, id);
          await services.threads.touch(tx, id, {
            ...{ activeLeafId: null, lastMessage: null, updatedAt: services.clock.date() },
            ...{ nextSeq: nextSeq + 2, messageCount: messageCount + 1 },
          });
        }),
      ),
    );
    expect(await lock()).toMatchObject({ nextSeq: 41, messageCount: 20 });
  });

  it('shows the beginning of its last message', async () => {
    const createdAt = new Date(services.clock.now() + 7);
    const activeLeafId = newId();
    const lastMessage = { content: `${'👍'.repeat(250)}end`, role: 'assistant', createdAt } as const;
    const change = { activeLeafId, messageCount: 2, lastMessage, nextSeq: 3, updatedAt: createdAt };
    await services.transaction.run((tx) => services.threads.touch(tx, id, change));
    expect(await services.conversations.find(alice, id)).toMatchObject({
      ...{ messageCount: 2, updatedAt: createdAt },
      lastMessage: { content: '👍'.repeat(200), role: 'assistant', createdAt },
    });
    expect(await lock()).toMatchObject({ activeLeafId });
  });
});

describe('a turn', () => {
  it('runs alone: of twenty at once one is let in, and the others are told which', async () => {
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => claim()));
    const [winner, ...others] = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(others).toEqual([]);
    for (const result of results.filter(({ status }) => status === 'rejected')) {
      expect(result).toMatchObject({ reason: { kind: 'conflict', details: { message_id: winner } } });
    }
    expect(await lock()).toMatchObject({ runningMessageId: winner });
  });

  it('makes room when it ends, once', async () => {
    const first = await claim();
    expect(await end(newId())).toBe(false);
    await expect(claim()).rejects.toMatchObject({ kind: 'conflict', reason: 'turn_running' });
    expect(await end(first)).toBe(true);
    expect(await end(first)).toBe(false);
    await expect(claim()).resolves.toBeDefined();
  });

  it('lives for as long as its own writer renews it', async () => {
    const messageId = await claim();
    services.clock.advance(14_000);
    expect(await renew(messageId)).toBe(true);
    expect(await renew(messageId, 'another')).toBe(false);
    services.clock.advance(14_999);
    expect(await expired()).toEqual([]);
    await expect(claim('two')).rejects.toMatchObject({ kind: 'conflict' });
    services.clock.advance(1);
    expect(await expired()).toEqual([{ conversationId: id, userId: alice.userId, messageId }]);
  });

  it('once expired, yields to the next, of whom there is one', async () => {
    const dead = await claim('dead');
    services.clock.advance(15_000);
    expect(await lock()).toMatchObject({ runningMessageId: dead });
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => claim('two')));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await renew(dead, 'dead')).toBe(false);
    expect(await end(dead)).toBe(false);
    expect(await expired()).toEqual([]);
  });

  it('dies with its conversation', async () => {
    const messageId = await claim();
    await services.conversations.delete(alice, id);
    expect(await renew(messageId)).toBe(false);
    expect(await end(messageId)).toBe(false);
    await expect(lock()).rejects.toMatchObject({ kind: 'not_found' });
  });
});
