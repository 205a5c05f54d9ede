import type { Actor } from '#kernel';
import {
  type ConversationServices,
  startConversationServices,
} from '../../../test/conversations/conversation-services';
import { type ConversationSearch, conversationSorts } from './conversation-search';
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

async function create(title: string, changes: Partial<NewConversation> = {}, owner: Actor = alice) {
  services.clock.advance(1_000);
  return services.conversations.create(owner, { title, model: 'a-model', ...changes });
}

const list = (search: Partial<ConversationSearch> = {}, owner: Actor = alice) =>
  services.conversations.list(owner, { archived: false, sort: 'updated_at', page: 1, size: 100, ...search });

async function titles(search: Partial<ConversationSearch> = {}): Promise<string[]> {
  return (await list(search)).conversations.map(({ title }) => title);
}

describe('order', () => {
  it('is of the last change, newest first, unless said', async () => {
    const first = await create('first');
    const second = await create('second');
    await create('third');
    expect(await titles()).toEqual(['third', 'second', 'first']);
    services.clock.advance(1_000);
    await services.say(alice, first.id, 'hello');
    await services.conversations.update(alice, second.id, { isPinned: true });
    expect(await titles()).toEqual(['first', 'third', 'second']);
    expect(await titles({ order: 'asc' })).toEqual(['second', 'third', 'first']);
    expect(await titles({ sort: 'created_at' })).toEqual(['third', 'second', 'first']);
  });

  it('is of titles whatever their case, from A on', async () => {
    for (const title of ['banana', 'Apple', 'Cherry', 'apricot']) await create(title);
    expect(await titles({ sort: 'title' })).toEqual(['Apple', 'apricot', 'banana', 'Cherry']);
    expect(await titles({ sort: 'title', order: 'desc' })).toEqual(['Cherry', 'banana', 'apricot', 'Apple']);
  });
});

describe('pages', () => {
  // Many at the same moment and of the same name: what is left to order are their ids.
  beforeEach(async () => {
    const names = ['same', 'Same', '同', '', `it's "50%"`, 'ﷺ'.repeat(200)];
    for (let count = 0; count < 23; count++) {
      if (count % 4 === 0) services.clock.advance(1);
      await services.conversations.create(alice, { title: names[count % names.length] ?? '', model: 'a-model' });
      await services.conversations.create(bob, { title: 'not hers', model: 'a-model' });
    }
  });

  it.each(conversationSorts.flatMap((sort) => (['asc', 'desc'] as const).map((order) => ({ sort, order }))))(
    'by number and by cursor are the same, by $sort $order',
    async (ordered) => {
      const { conversations: all, total, nextCursor: afterAll } = await list(ordered);
      expect(all).toHaveLength(23);
      expect(total).toBe(23);
      expect(afterAll).toBeNull();
      let cursor: string | undefined;
      for (let page = 1; page <= 5; page++) {
        const byNumber = await list({ ...ordered, page, size: 5 });
        const byCursor = await list({ ...ordered, cursor, size: 5 });
        expect(byNumber.conversations).toEqual(all.slice(5 * (page - 1), 5 * page));
        expect(byCursor).toEqual(byNumber);
        cursor = byCursor.nextCursor ?? undefined;
      }
      expect(cursor).toBeUndefined();
      expect(await list({ ...ordered, page: 6, size: 5 })).toEqual({ conversations: [], total: 23, nextCursor: null });
    },
  );

  it('by cursor lose and double nothing while others come and go', async () => {
    const all = (await list()).conversations.map(({ id }) => id);
    const first = await list({ size: 5 });
    await create('new');
    await services.conversations.delete(alice, all[4] ?? '');
    const rest = await list({ cursor: first.nextCursor ?? '' });
    expect(rest.conversations.map(({ id }) => id)).toEqual(all.slice(5));
  });

  it('refuse a cursor of another order', async () => {
    const { nextCursor } = await list({ size: 5 });
    await expect(list({ sort: 'title', cursor: nextCursor ?? '' })).rejects.toMatchObject({
      issues: [{ field: 'cursor', reason: 'invalid' }],
    });
  });
});

describe('filters', () => {
  it('leave the archive out unless told', async () => {
    const { id } = await create('put away');
    await create('open');
    await services.conversations.archive(alice, id);
    expect(await list()).toMatchObject({ conversations: [{ title: 'open' }], total: 1 });
    expect(await titles({ archived: true })).toEqual(['open', 'put away']);
  });

  it('by model and by time', async () => {
    const one = await create('one');
    const two = await create('two', { model: 'b-model' });
    const three = await create('three');
    expect(await titles({ model: 'b-model' })).toEqual(['two']);
    expect(await titles({ model: 'B-MODEL' })).toEqual([]);
    expect(await titles({ from: two.updatedAt })).toEqual(['three', 'two']);
    expect(await titles({ to: two.updatedAt })).toEqual(['one']);
    expect(await titles({ from: one.updatedAt, to: three.updatedAt, model: 'a-model' })).toEqual(['one']);
    expect(await titles({ from: new Date('0000-01-01T00:00:00Z'), to: new Date('9999-12-31T23:59:59Z') })).toEqual([
      'three',
      'two',
      'one',
    ]);
  });
});

describe('search', () => {
  it.each([
    ['a title', 'gard'],
    ['whatever its case', 'GARDENING'],
    ['two Chinese characters of a message', '花园'],
    ['a message in capitals', 'ROSES'],
    ['full-width letters', 'ｒｏｓｅｓ'],
    ['a composed letter taken apart', 'pele\u0301'],
  ])('finds by %s', async (_, search) => {
    const { id } = await create('Gardening');
    await create('Cooking');
    await services.say(alice, id, '我们的花园里有玫瑰 — roses, and Pelé');
    await create('Gardening', {}, bob);
    const { conversations, total } = await list({ search });
    expect(conversations.map((each) => each.id)).toEqual([id]);
    expect(total).toBe(1);
  });

  it.each(['100%', 'a_b', `'; --`, 'back\\slash', '"quoted"', 'wow!', 'x*', 'NEAR(x)', '?', '$1', ':p'])(
    'takes %s literally',
    async (search) => {
      await create(`<${search}>`);
      await create('100 percent, aXb, anything');
      const { id } = await create('by its message');
      await services.say(alice, id, `say ${search}.`);
      expect(await titles({ search })).toEqual(['by its message', `<${search}>`]);
    },
  );

  it('finds nothing in what others said, and everything when asked for nothing', async () => {
    await create('mine');
    const { id } = await create('not hers', {}, bob);
    await services.say(bob, id, 'a secret');
    expect(await titles({ search: 'secret' })).toEqual([]);
    expect(await titles({ search: '' })).toEqual(['mine']);
  });

  it('goes with pages and filters', async () => {
    for (let count = 0; count < 5; count++) {
      const { id } = await create(`tale ${count}`, { model: count === 4 ? 'b-model' : 'a-model' });
      if (count === 3) await services.conversations.archive(alice, id);
    }
    await create('other');
    const first = await list({ search: 'tale', model: 'a-model', size: 2 });
    expect(first).toMatchObject({ conversations: [{ title: 'tale 2' }, { title: 'tale 1' }], total: 3 });
    const second = await list({ search: 'tale', model: 'a-model', size: 2, cursor: first.nextCursor ?? '' });
    expect(second).toMatchObject({ conversations: [{ title: 'tale 0' }], total: 3, nextCursor: null });
  });
});
