import { type Actor, newId } from '#kernel';
import type { Message, MessageQuery } from '#messages';
import { Talk } from './talk';

let talk: Talk;
let alice: Actor;
let id: string;

beforeAll(async () => {
  talk = await Talk.start();
  alice = await talk.someone();
  id = await talk.begin(alice);
  const other = await talk.begin(alice);
  for (let number = 1; number <= 55; number++) {
    const { assistantMessage } = await talk.exchange(alice, id, `question ${number}`);
    if (number % 10 === 0) await talk.regenerate(alice, id, assistantMessage.id);
    if (number % 10 === 5) await talk.exchange(alice, other, `elsewhere ${number}`);
    if (number === 20) await talk.changes.delete(alice, assistantMessage.id);
  }
}, 60_000);
afterAll(() => talk.close());

async function byPages(query: Omit<MessageQuery, 'page'>): Promise<Message[]> {
  const all: Message[] = [];
  for (let page = 1; ; page++) {
    const { messages, nextCursor, total } = await talk.messages.page(alice, id, { ...query, page });
    all.push(...messages);
    if (messages.length === 0 || nextCursor === null) {
      expect(all).toHaveLength(total);
      return all;
    }
  }
}

async function byCursor(query: Omit<MessageQuery, 'page'>): Promise<Message[]> {
  const all: Message[] = [];
  for (let cursor: string | undefined; ;) {
    // With a cursor the page does not matter.
    const page = cursor === undefined ? 1 : 7;
    const { messages, nextCursor } = await talk.messages.page(alice, id, { ...query, page, cursor });
    all.push(...messages);
    if (nextCursor === null) return all;
    cursor = nextCursor;
  }
}

describe.each(['active', 'all'] as const)('of %s branches', (branches) => {
  it.each([1, 7, 55, 110, 200])('pages of %i and cursors agree, in both orders', async (size) => {
    const newestFirst = await byPages({ branches, order: 'desc', size });
    expect(await byCursor({ branches, order: 'desc', size })).toEqual(newestFirst);
    expect(await byPages({ branches, order: 'asc', size })).toEqual(newestFirst.toReversed());
    expect(await byCursor({ branches, order: 'asc', size })).toEqual(newestFirst.toReversed());
    expect(newestFirst).toHaveLength(branches === 'active' ? 110 : 114);
    expect(newestFirst.every(({ isActive }) => isActive)).toBe(branches === 'active');
  });
});

it('the newest come in the order in which they were said, and older ones go on from them', async () => {
  const { messages, nextCursor } = await talk.messages.newest(alice, id);
  const all = await byPages({ branches: 'active', order: 'asc', size: 200 });
  expect(messages).toEqual(all.slice(-100));
  const query = { branches: 'active', order: 'desc', page: 1, size: 200, cursor: nextCursor ?? '' } as const;
  const older = await talk.messages.page(alice, id, query);
  expect(older.messages.toReversed()).toEqual(all.slice(0, -100));
  expect(older.nextCursor).toBeNull();
});

it('behind the last there is nothing', async () => {
  const query = { branches: 'all', order: 'asc', page: 10_000, size: 200 } as const;
  expect(await talk.messages.page(alice, id, query)).toEqual({ messages: [], nextCursor: null, total: 114 });
});

it.each(['', '0', '-1', '1.5', '1e3', '01', ' 1', '9'.repeat(16), "1' OR 1=1", newId()])(
  '%j is no cursor',
  async (cursor) => {
    const query = { branches: 'active', order: 'desc', page: 1, size: 10, cursor } as const;
    const refused = talk.messages.page(alice, id, query);
    await expect(refused).rejects.toMatchObject({ kind: 'invalid', issues: [{ field: 'cursor' }] });
  },
);
