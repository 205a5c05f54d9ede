import { ConversationThreads } from '#conversations';
import { newId } from '#kernel';
import { MessageTree } from '#messages';
import { Transaction } from '#platform';
import { makeApiKey, type Person, register } from '../../factories/people';
import type { ApiAnswer } from '../../harness/api-client';
import { FORBIDDEN, invalid, NOT_FOUND, outcome, type Reply, UNAUTHENTICATED } from '../../harness/reply';
import { startApp, type TestApp } from '../../harness/start-app';

const CONVERSATIONS = '/api/v1/conversations';

interface ConversationView {
  readonly id: string;
  readonly title: string;
  readonly model: string;
  readonly message_count: number;
  readonly is_archived: boolean;
  readonly is_pinned: boolean;
  readonly created_at: string;
  readonly updated_at: string;
  readonly last_message: { readonly content: string; readonly role: string; readonly created_at: string } | null;
}

interface DetailsView extends ConversationView {
  readonly system_message: string | null;
  readonly has_api_key: boolean;
}

interface WithMessagesView extends DetailsView {
  readonly messages: readonly { readonly content: string }[];
  readonly messages_next_cursor: string | null;
}

interface ListView {
  readonly conversations: readonly ConversationView[];
  readonly pagination: { page: number; size: number; total: number; pages: number; next_cursor: string | null };
}

let app: TestApp;
let alice: Person;
let bob: Person;

beforeAll(async () => {
  app = await startApp({ environment: { LLM_PROVIDER: 'openai', OPENAI_API_KEY: 'sk-of-the-platform' } });
  [alice, bob] = await Promise.all([register(app), register(app)]);
});
afterAll(() => app.stop());

const post = <T = unknown>(path: string, body?: unknown, { token } = alice): Promise<ApiAnswer<Reply<T>>> =>
  app.api.post<Reply<T>>(`${CONVERSATIONS}${path}`, body, { token });
const put = (id: string, body: unknown, { token } = alice): Promise<ApiAnswer<Reply<DetailsView>>> =>
  app.api.put<Reply<DetailsView>>(`${CONVERSATIONS}/${id}`, body, { token });
const get = (id: string, { token } = alice): Promise<ApiAnswer<Reply<WithMessagesView>>> =>
  app.api.get<Reply<WithMessagesView>>(`${CONVERSATIONS}/${id}`, { token });
const list = (query = '', { token } = alice): Promise<ApiAnswer<Reply<ListView>>> =>
  app.api.get<Reply<ListView>>(`${CONVERSATIONS}${query}`, { token });

async function create(body: object = {}): Promise<DetailsView> {
  app.clock.advance(1_000);
  const answer = await post<DetailsView>('', body);
  expect(answer.status).toBe(201);
  return answer.body.data;
}

async function say(conversationId: string, ...contents: readonly string[]): Promise<void> {
  const { nest } = app;
  for (const content of contents) {
    await nest.get(Transaction).run(async (tx) => {
      const thread = await nest.get(ConversationThreads).lockOwned(tx, alice.id, conversationId);
      await nest.get(MessageTree).appendSystemMessage(tx, thread, { content, tokensUsed: 0 });
    });
  }
}

it('begins with what is said, and the default model', async () => {
  const made = await create({ title: '诗 <b>', system_message: 'Answer in rhymes', api_key: 'sk-mine' });
  const now = app.clock.date().toISOString();
  expect(made).toEqual({
    ...{ id: expect.any(String), title: '诗 <b>', model: 'gpt-6-luna', message_count: 0, last_message: null },
    ...{ is_archived: false, is_pinned: false, created_at: now, updated_at: now },
    ...{ system_message: 'Answer in rhymes', has_api_key: true },
  });
  expect((await get(made.id)).body.data).toEqual({ ...made, messages: [], messages_next_cursor: null });
  expect(await create()).toMatchObject({ title: '', system_message: null, has_api_key: false });
  expect(await create({ model: 'gpt-4o', system_message: '', api_key: null })).toMatchObject({
    ...{ model: 'gpt-4o', system_message: null, has_api_key: false },
  });
});

it('comes with its newest hundred messages, in order', async () => {
  const { id } = await create();
  await say(id, ...Array.from({ length: 102 }, (_, count) => `message ${count}`));
  const { data } = (await get(id)).body;
  expect(data.messages.map(({ content }) => content)).toEqual(
    Array.from({ length: 100 }, (_, count) => `message ${count + 2}`),
  );
  expect(data).toMatchObject({ message_count: 102, last_message: { content: 'message 101' } });
  const older = await app.api.get<Reply<{ messages: { content: string }[]; pagination: { next_cursor: null } }>>(
    `${CONVERSATIONS}/${id}/messages?cursor=${data.messages_next_cursor}`,
    { token: alice.token },
  );
  expect(older.body.data).toMatchObject({
    ...{ messages: [{ content: 'message 1' }, { content: 'message 0' }], pagination: { next_cursor: null } },
  });
});

it('is changed by PUT and by PATCH alike', async () => {
  const made = await create({ title: 'Before' });
  app.clock.advance(1_000);
  const updated_at = app.clock.date().toISOString();
  const change = { title: 'After', model: 'gpt-4o', is_pinned: true, is_archived: true, api_key: 'sk-mine' };
  const after = { ...made, ...change, updated_at, has_api_key: true, api_key: undefined };
  expect((await put(made.id, change)).body.data).toEqual(JSON.parse(JSON.stringify(after)));
  const { token } = alice;
  const patched = await app.api.patch<Reply<DetailsView>>(`${CONVERSATIONS}/${made.id}`, { title: 'Last' }, { token });
  expect(patched.body.data).toMatchObject({ title: 'Last', model: 'gpt-4o', is_pinned: true });
});

it('is deleted with what was said in it', async () => {
  const { id } = await create();
  await say(id, 'hello');
  const [message] = (await get(id)).body.data.messages as unknown as readonly { id: string }[];
  const { token } = alice;
  expect(outcome(await app.api.delete<Reply>(`${CONVERSATIONS}/${id}`, undefined, { token }))).toBe('200');
  expect(outcome(await app.api.delete<Reply>(`${CONVERSATIONS}/${id}`, undefined, { token }))).toBe(NOT_FOUND);
  expect(outcome(await get(id))).toBe(NOT_FOUND);
  expect(outcome(await app.api.get<Reply>(`/api/v1/messages/${message?.id}`, { token }))).toBe(NOT_FOUND);
});

describe('of someone new', () => {
  beforeEach(async () => {
    alice = await register(app);
  });

  it('goes into the archive and out of it', async () => {
    const { id } = await create();
    const totals = async () =>
      Promise.all(['', '?archived=true'].map(async (q) => (await list(q)).body.data.pagination.total));
    expect((await post<DetailsView>(`/${id}/archive`)).body.data).toMatchObject({ id, is_archived: true });
    expect(await totals()).toEqual([0, 1]);
    expect((await post<DetailsView>(`/${id}/unarchive`)).body.data).toMatchObject({ id, is_archived: false });
    expect(await totals()).toEqual([1, 1]);
  });

  it('goes with its owner’s account', async () => {
    const { id } = await create();
    await say(id, 'hello');
    const { token, password } = alice;
    expect(outcome(await app.api.delete<Reply>('/api/v1/users/me', { password }, { token }))).toBe('200');
    expect(outcome(await get(id, bob))).toBe(NOT_FOUND);
  });

  it('lists page by page and by cursor', async () => {
    for (const title of ['one', 'two', 'three']) await create({ title });
    const first = (await list('?size=2')).body.data;
    expect(first).toMatchObject({
      conversations: [{ title: 'three' }, { title: 'two' }],
      pagination: { page: 1, size: 2, total: 3, pages: 2, next_cursor: expect.any(String) },
    });
    const second = (await list('?size=2&page=2')).body.data;
    expect(second).toMatchObject({ conversations: [{ title: 'one' }], pagination: { page: 2, next_cursor: null } });
    const byCursor = (await list(`?size=2&page=2&cursor=${first.pagination.next_cursor}`)).body.data;
    expect(byCursor).toEqual(second);
    expect((await list('?sort=title&order=asc&size=1')).body.data).toMatchObject({ conversations: [{ title: 'one' }] });
    expect((await list('', bob)).body.data).toEqual({
      conversations: [],
      pagination: { page: 1, size: 20, total: 0, pages: 0, next_cursor: null },
    });
  });

  it('finds by title, message, model and time', async () => {
    const garden = await create({ title: 'Garden' });
    await create({ title: '100%', model: 'gpt-4o' });
    await say(garden.id, '玫瑰花');
    const found = async (query: string) => (await list(query)).body.data.conversations.map(({ title }) => title);
    expect(await found('?search=GARDEN')).toEqual(['Garden']);
    expect(await found(`?search=${encodeURIComponent('玫瑰')}`)).toEqual(['Garden']);
    expect(await found(`?search=${encodeURIComponent('%')}`)).toEqual(['100%']);
    expect(await found('?model=gpt-4o')).toEqual(['100%']);
    expect(await found('?from=2030-01-01')).toEqual([]);
    expect(await found(`?to=${garden.created_at}`)).toEqual([]);
  });
});

describe('refuses', () => {
  it.each<[string, string]>([
    ['page=0', 'page'],
    ['page=10001', 'page'],
    ['page=1&page=2', 'page'],
    ['page[]=1', 'page[]'],
    ['page=1e3', 'page'],
    ['size=0', 'size'],
    ['size=101', 'size'],
    ['size=-1', 'size'],
    ['size=all', 'size'],
    ['archived=yes', 'archived'],
    ['sort=user_id', 'sort'],
    ['sort=title;DROP TABLE users', 'sort'],
    ['order=up', 'order'],
    ['from=yesterday', 'from'],
    ['to=2026-02-31', 'to'],
    ['cursor=', 'cursor'],
    ['cursor=abc', 'cursor'],
    [`cursor=${newId()}`, 'cursor'],
    [`search=${'x'.repeat(201)}`, 'search'],
    ['search=a&search=b', 'search'],
    ['user_id=someone', 'user_id'],
  ])('a list by %s', async (query, field) => {
    expect(outcome(await list(`?${query}`))).toBe(invalid(field));
  });

  it.each<[string, object]>([
    ['title', { title: '' }],
    ['title', { title: ' \n' }],
    ['title', { title: null }],
    ['title', { title: ['a'] }],
    ['title', { title: 'x'.repeat(201) }],
    ['title', { title: 'a\0b' }],
    ['title', { title: '\ud800' }],
    ['model', { model: 'no-such-model' }],
    ['model', { model: '' }],
    ['model', { model: null }],
    ['system_message', { system_message: 'x'.repeat(10_001) }],
    ['system_message', { system_message: 5 }],
    ['api_key', { api_key: '' }],
    ['api_key', { api_key: 'sk with spaces' }],
    ['api_key', { api_key: 'sk-line\r\nX-Injected: 1' }],
    ['api_key', { api_key: 'sk-ключ' }],
    ['api_key', { api_key: 'k'.repeat(513) }],
    ['api_key', { api_key: 42 }],
    ['user_id', { user_id: newId() }],
    ['id', { id: newId() }],
    ['message_count', { message_count: 5 }],
  ])('%s of %j, new or changed', async (field, body) => {
    const { id } = await create({ title: 'kept' });
    expect(outcome(await post('', body))).toBe(invalid(field));
    expect(outcome(await put(id, body))).toBe(invalid(field));
    expect((await get(id)).body.data).toMatchObject({ title: 'kept', has_api_key: false });
  });

  it.each<[string, object]>([
    ['title', { title: '👍'.repeat(200) }],
    ['system_message', { system_message: '字'.repeat(10_000) }],
    ['api_key', { api_key: '!~'.repeat(256) }],
  ])('no %s at its limit', async (_, body) => {
    expect(outcome(await post('', body))).toBe('201');
  });

  it('is_pinned that is no boolean', async () => {
    const { id } = await create();
    for (const field of ['is_pinned', 'is_archived']) {
      for (const value of ['true', 1, null]) expect(outcome(await put(id, { [field]: value }))).toBe(invalid(field));
    }
  });
});

it('is its owner’s alone', async () => {
  const { id } = await create({ title: 'Mine' });
  const before = (await get(id)).body.data;
  for (const each of [id, newId(), 'not-an-id', `${id}'--`]) {
    const path = `${CONVERSATIONS}/${encodeURIComponent(each)}`;
    const { token } = bob;
    const answers = await Promise.all([
      app.api.get<Reply>(path, { token }),
      app.api.put<Reply>(path, { title: 'Stolen' }, { token }),
      app.api.patch<Reply>(path, { model: 'no-such-model' }, { token }),
      app.api.delete<Reply>(path, undefined, { token }),
      app.api.post<Reply>(`${path}/archive`, undefined, { token }),
      app.api.post<Reply>(`${path}/unarchive`, undefined, { token }),
    ]);
    expect(answers.map(outcome)).toEqual(answers.map(() => NOT_FOUND));
  }
  expect((await get(id.toUpperCase())).body.data).toEqual(before);
  expect(outcome(await app.api.get<Reply>(`${CONVERSATIONS}/${id}`))).toBe(UNAUTHENTICATED);
});

it('opens to API keys as far as they go', async () => {
  const { key: reads } = await makeApiKey(app, alice, { scopes: ['read'] });
  const { key: writes } = await makeApiKey(app, alice, { scopes: ['write'] });
  const { key: chats } = await makeApiKey(app, alice, { scopes: ['chat'] });
  const looking = async (token: string) => outcome(await list('', { ...alice, token }));
  const making = async (token: string) => outcome(await post('', {}, { ...alice, token }));
  expect(await Promise.all([reads, writes, chats].map(looking))).toEqual(['200', FORBIDDEN, FORBIDDEN]);
  expect(await Promise.all([reads, writes, chats].map(making))).toEqual([FORBIDDEN, '201', FORBIDDEN]);
});

it('tells nobody a key, neither in answers nor in the log', async () => {
  const key = 'canary-0123456789-upstream';
  const { id } = await create({ api_key: key });
  const answers = [
    await put(id, { api_key: `${key}-2` }),
    await put(id, { api_key: `${key} with spaces` }),
    await post('', { api_key: `${key}\n` }),
    await get(id),
    await list(),
  ];
  const told = [...answers.map(({ text }) => text), ...app.logLines].join('\n');
  expect(told).not.toContain(key);
});
