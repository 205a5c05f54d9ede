import { type Actor, newId } from '#kernel';
import { seeded } from '../../../../test/harness/seeded';
import { saying, Talk } from '../../../../test/messages/talk';
import type { Message } from '../message';
import { MessageSearch } from './message-search';

const WORDS = [
  ...[
    'a',
    'B',
    'b',
    'é',
    'e\u0301',
    'É',
    'e',
    'ñ',
    'ш',
    'Ш',
    'λ',
    'ﬁ',
    'Ａ',
    '中',
    '文',
    '中文',
    '天',
    '日',
    'の',
    'カ',
    'ｶ',
  ],
  ...[
    '한',
    '한'.normalize('NFD'),
    '글',
    '🎉',
    '👩‍👧',
    '%',
    '_',
    '\\',
    "'",
    '"',
    '!',
    '*',
    '-',
    ' ',
    ' OR ',
    ' NEAR ',
    '(',
    '$1',
    '?',
  ],
];

let talk: Talk;
let alice: Actor;
let search: MessageSearch;

beforeAll(async () => {
  talk = await Talk.start();
  search = talk.services.get(MessageSearch);
  alice = await talk.someone();
});
afterAll(() => talk.close());

const random = seeded(7);
const words = (most: number): string =>
  Array.from({ length: 1 + random(most) }, () => WORDS[random(WORDS.length)] ?? '').join('');

/** Messages as somebody said them, two in each millisecond; answers them newest first. */
async function fill(actor: Actor, contents: readonly string[]): Promise<Message[]> {
  const conversationId = await talk.begin(actor);
  const { userMessage } = await talk.open(actor, conversationId, 'x');
  const rows = contents.map((content, index): Message => {
    const createdAt = new Date(talk.clock.now() + 1_000 + (index >> 1));
    return { ...userMessage, id: newId(), seq: index + 3, parentId: null, content, createdAt, isActive: index % 3 > 0 };
  });
  await talk.transaction.run((tx) => talk.tree.plant(tx, actor.userId, rows));
  return rows.toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1));
}

const folded = (text: string): string => text.normalize('NFKC').toLocaleLowerCase('und').normalize('NFKC');

/** Page by page. */
async function found(actor: Actor, query: string, size: number): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await search.search(actor, { query, size, cursor });
    ids.push(...page.messages.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && ids.length < 1_000);
  return ids;
}

it('finds what a slow and certain scan finds, in its order', async () => {
  const contents = Array.from({ length: 300 }, () => words(12));
  await fill(await talk.someone(), contents);
  const said = await fill(alice, contents);
  const queries = [...WORDS, ...Array.from({ length: 60 }, () => words(3))].filter((query) => query.trim() !== '');
  let hits = 0;
  for (const query of queries) {
    const expected = said.filter(({ content }) => folded(content).includes(folded(query.trim())));
    hits += expected.length;
    expect([query, await found(alice, query, 37)]).toEqual([query, expected.map(({ id }) => id)]);
  }
  expect(hits).toBeGreaterThan(1_000);
}, 60_000);

it('shows fewer at once of what is long, and goes on', async () => {
  const carol = await talk.someone();
  const said = await fill(
    carol,
    Array.from({ length: 4 }, (_, index) => `long ${'天'.repeat(500_000)}${index}`),
  );
  const first = await search.search(carol, { query: 'long', size: 100 });
  expect(first.messages.map(({ id }) => id)).toEqual(said.slice(0, 2).map(({ id }) => id));
  expect(await found(carol, 'long', 100)).toEqual(said.map(({ id }) => id));
}, 60_000);

it('marks what it finds', async () => {
  const { messages } = await search.search(alice, { query: '中文', size: 100 });
  expect(messages.length).toBeGreaterThan(10);
  for (const { snippet } of messages) {
    const hits = snippet.filter(({ isHit }) => isHit);
    expect(hits.map(({ text }) => text)).toEqual(hits.map(() => '中文'));
    expect(hits.length).toBeGreaterThan(0);
  }
});

it('knows at once what was edited, deleted and answered', async () => {
  const bob = await talk.someone();
  const id = await talk.begin(bob);
  const { userMessage, assistantMessage } = await talk.open(bob, id, 'before');
  await talk.finish(bob, id, assistantMessage, { content: '答案' });
  const textsOf = async (query: string) => {
    const { messages } = await search.search(bob, { query, size: 20 });
    return messages.map(({ content }) => content);
  };
  expect(await textsOf('答案')).toEqual(['答案']);
  await talk.changes.edit(bob, userMessage.id, saying('after'));
  expect([await textsOf('before'), await textsOf('AFTER')]).toEqual([[], ['after']]);
  await talk.changes.delete(bob, userMessage.id);
  expect(await textsOf('after')).toEqual([]);
  await talk.conversations.delete(bob, id);
  expect(await textsOf('答案')).toEqual([]);
});
