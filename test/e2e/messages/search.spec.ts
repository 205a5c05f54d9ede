import fc from 'fast-check';
import { searchText } from '#conversations';
import { newId } from '#kernel';
import { makeApiKey, type Person, register } from '../../factories/people';
import type { ApiAnswer } from '../../harness/api-client';
import { FORBIDDEN, invalid, NOT_FOUND, outcome, type Reply, UNAUTHENTICATED } from '../../harness/reply';
import { startApp, type TestApp } from '../../harness/start-app';

interface FoundView {
  readonly id: string;
  readonly conversation_id: string;
  readonly conversation_title: string;
  readonly content: string;
  readonly snippet: string;
}

interface SearchView {
  readonly messages: readonly FoundView[];
  readonly pagination: { readonly next_cursor: string | null };
}

let app: TestApp;
let alice: Person;
let bob: Person;

beforeAll(async () => {
  app = await startApp();
  [alice, bob] = await Promise.all([register(app), register(app)]);
});
afterAll(() => app.stop());

const search = (query: Record<string, string>, token = alice.token): Promise<ApiAnswer<Reply<SearchView>>> =>
  app.api.get<Reply<SearchView>>(`/api/v1/messages/search?${new URLSearchParams(query).toString()}`, { token });

const contents = async (query: Record<string, string>): Promise<string[]> =>
  (await search(query)).body.data.messages.map(({ content }) => content);

async function begin(title: string, { token } = alice): Promise<string> {
  return (await app.api.post<Reply<{ id: string }>>('/api/v1/conversations', { title }, { token })).body.data.id;
}

/** As a system message, which nobody answers. */
async function say(conversation: string, content: string, { token } = alice): Promise<void> {
  app.clock.advance(1_000);
  const body = { content, role: 'system' };
  const answer = await app.api.post(`/api/v1/conversations/${conversation}/messages`, body, { token });
  expect(answer.status).toBe(201);
}

it('finds what was said, the newest first, with every hit marked', async () => {
  const id = await begin('Summer');
  await say(id, 'My holiday, a HOLIDAY on the beach');
  await say(id, 'No holidays for you');
  await say(await begin('Bob’s', bob), 'my holiday', bob);
  const { body } = await search({ q: ' holiday ' });
  expect(body.data).toMatchObject({
    messages: [
      { conversation_id: id, conversation_title: 'Summer', snippet: 'No <mark>holiday</mark>s for you' },
      { content: 'My holiday, a HOLIDAY on the beach' },
    ],
    pagination: { next_cursor: null },
  });
  expect(body.data.messages[1]?.snippet).toBe('My <mark>holiday</mark>, a <mark>HOLIDAY</mark> on the beach');
});

it('writes what was said so that no browser takes it for markup', async () => {
  await say(await begin('Code'), `<img src=x onerror="alert('1')"> & <mark>`);
  const { body } = await search({ q: '<img' });
  expect(body.data.messages.map(({ snippet }) => snippet)).toEqual([
    '<mark>&lt;img</mark> src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt; &amp; &lt;mark&gt;',
  ]);
});

it('is narrowed down, and goes on by the cursor', async () => {
  const [first, second] = [await begin('first'), await begin('second')];
  const between: string[] = [];
  for (const [id, word] of [
    [first, '一'],
    [second, '二'],
    [first, '三'],
  ] as const) {
    await say(id, `天气${word}`);
    between.push(app.clock.date().toISOString());
  }
  expect(await contents({ q: '天气' })).toEqual(['天气三', '天气二', '天气一']);
  expect(await contents({ q: '天气', conversation_id: first.toUpperCase() })).toEqual(['天气三', '天气一']);
  expect(await contents({ q: '天气', from: between[1] ?? '', to: between[2] ?? '' })).toEqual(['天气二']);
  expect(await contents({ q: '天气', role: 'system' })).toHaveLength(3);
  expect(await contents({ q: '天气', role: 'user' })).toEqual([]);
  const page = (await search({ q: '天气', size: '2' })).body.data;
  expect(page.messages).toHaveLength(2);
  expect(await contents({ q: '天气', size: '2', cursor: page.pagination.next_cursor ?? '' })).toEqual(['天气一']);
});

it("shows nothing of another's, and needs a credential that may read", async () => {
  const id = await begin('secret', bob);
  await say(id, 'of Bob alone', bob);
  expect(await contents({ q: 'of Bob' })).toEqual([]);
  for (const conversation_id of [id, newId()]) {
    expect(outcome(await search({ q: 'of Bob', conversation_id }))).toBe(NOT_FOUND);
  }
  expect(outcome(await search({ q: 'of Bob' }, 'nonsense'))).toBe(UNAUTHENTICATED);
  const [reader, writer] = [
    await makeApiKey(app, bob, { scopes: ['read'] }),
    await makeApiKey(app, bob, { scopes: ['write'] }),
  ];
  expect((await search({ q: 'of Bob' }, reader.key)).body.data.messages).toHaveLength(1);
  expect(outcome(await search({ q: 'of Bob' }, writer.key))).toBe(FORBIDDEN);
});

it.each([
  ['q', { q: '' }],
  ['q', { q: '  ' }],
  ['q', { q: 'x'.repeat(201) }],
  ['size', { q: 'x', size: '101' }],
  ['size', { q: 'x', size: '0' }],
  ['role', { q: 'x', role: 'admin' }],
  ['from', { q: 'x', from: 'yesterday' }],
  ['conversation_id', { q: 'x', conversation_id: '1' }],
  ['cursor', { q: 'x', cursor: '1' }],
  ['cursor', { q: 'x', cursor: `999999999999999.${newId()}` }],
  ['user_id', { q: 'x', user_id: newId() }],
])('refuses a bad %s', async (field, query) => {
  expect(outcome(await search(query as Record<string, string>))).toBe(invalid(field));
});

it('finds what a slow and certain scan finds, whatever is said and whatever is sought', async () => {
  const scraps = ['a', 'A', 'b', 'ß', 'ẞ', 'İ', 'ı', 'I', 'é', 'e\u0301', 'K', 'ﬁ', '１', 'Σ', 'ς', '\u200d'];
  const signs = ['天', '气', '天气', 'が', 'か\u3099', '한글', '😀', '👨‍👩‍👧', '🇩🇪', ' ', '\n'];
  const operators = ['%', '_', '!', '"', "'", '\\', '*', '(', ')', '-', '^', ':', ' AND ', ' OR ', '+', '\\%'];
  const scrap = fc.constantFrom(...scraps, ...signs, ...operators);
  const words = (most: number) =>
    fc
      .string({ unit: scrap, minLength: 1, maxLength: most })
      .map((text) => text.trim())
      .filter((text) => text !== '');
  const said = fc.sample(words(8), { seed: 1, numRuns: 80 });
  alice = await register(app);
  const id = await begin('scraps');
  for (const words of said) await say(id, words);
  const sought = async (q: string): Promise<void> => {
    const found = (await contents({ q, size: '100' })).reverse();
    expect(found).toEqual(said.filter((words) => searchText(words).includes(searchText(q))));
  };
  await fc.assert(fc.asyncProperty(words(3), sought), { seed: 1, numRuns: 200 });
}, 60_000);

it('takes 200 characters, whatever they are', async () => {
  expect(await contents({ q: '🎉'.repeat(200) })).toEqual([]);
  expect(outcome(await app.api.get<Reply>('/api/v1/messages/search', { token: alice.token }))).toBe(invalid('q'));
});
