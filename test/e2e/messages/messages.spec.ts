import { ConversationThreads } from '#conversations';
import { newId } from '#kernel';
import { Answers, type Message, MessageTree } from '#messages';
import { Transaction } from '#platform';
import { makeApiKey, type Person, register } from '../../factories/people';
import type { ApiAnswer } from '../../harness/api-client';
import { CONFLICT, FORBIDDEN, invalid, NOT_FOUND, outcome, type Reply, UNAUTHENTICATED } from '../../harness/reply';
import { startApp, type TestApp } from '../../harness/start-app';
import { append, type AppendedTurn } from '../../messages/append-turn';

interface MessageView {
  readonly id: string;
  readonly parent_id: string | null;
  readonly content: string;
  readonly is_active: boolean;
  readonly edited_at: string | null;
}

interface PageView {
  readonly messages: readonly MessageView[];
  readonly pagination: { page: number; size: number; total: number; pages: number; next_cursor: string | null };
}

interface ConversationView {
  readonly id: string;
  readonly message_count: number;
  readonly last_message: { readonly content: string } | null;
}

const MODEL = 'demo';

let app: TestApp;
let alice: Person;
let bob: Person;
let conversation: string;

beforeAll(async () => {
  app = await startApp();
  [alice, bob] = await Promise.all([register(app), register(app)]);
});
beforeEach(async () => {
  const { token } = alice;
  conversation = (await app.api.post<Reply<ConversationView>>('/api/v1/conversations', {}, { token })).body.data.id;
});
afterAll(() => app.stop());

const list = (query = '', { token } = alice): Promise<ApiAnswer<Reply<PageView>>> =>
  app.api.get<Reply<PageView>>(`/api/v1/conversations/${conversation}/messages${query}`, { token });
const find = (id: string, { token } = alice): Promise<ApiAnswer<Reply<MessageView>>> =>
  app.api.get<Reply<MessageView>>(`/api/v1/messages/${id}`, { token });
const edit = (id: string, body: unknown, { token } = alice): Promise<ApiAnswer<Reply<MessageView>>> =>
  app.api.put<Reply<MessageView>>(`/api/v1/messages/${id}`, body, { token });
const remove = (id: string, { token } = alice): Promise<ApiAnswer<Reply>> =>
  app.api.delete<Reply>(`/api/v1/messages/${id}`, undefined, { token });
const activate = (id: string, { token } = alice): Promise<ApiAnswer<Reply<MessageView>>> =>
  app.api.post<Reply<MessageView>>(`/api/v1/messages/${id}/activate`, undefined, { token });

async function shown(): Promise<ConversationView> {
  const path = `/api/v1/conversations/${conversation}`;
  return (await app.api.get<Reply<ConversationView>>(path, { token: alice.token })).body.data;
}

/** A question whose answer streams. */
async function ask(content: string, parentId?: string | null): Promise<AppendedTurn> {
  return app.nest.get(Transaction).run(async (tx) => {
    const thread = await app.nest.get(ConversationThreads).lockOwned(tx, alice.id, conversation);
    const tree = app.nest.get(MessageTree);
    return append(tree, tx, thread, tree.placeTurn(tx, thread, { content, tokensUsed: 1, parentId, model: MODEL }));
  });
}

async function answer(message: Message, content: string): Promise<void> {
  const ending = {
    status: 'complete',
    content,
    model: MODEL,
    tokensUsed: 2,
    finishReason: 'stop',
    errorCode: null,
  } as const;
  await app.nest.get(Transaction).run((tx) => app.nest.get(Answers).finish(tx, message, ending));
}

async function exchange(question: string, parentId?: string | null): Promise<AppendedTurn> {
  const turn = await ask(question, parentId);
  await answer(turn.assistantMessage, `answer to ${question}`);
  return turn;
}

const contentsOf = ({ body }: ApiAnswer<Reply<PageView>>): string[] => body.data.messages.map(({ content }) => content);

it('are listed with all that there is to know', async () => {
  const { userMessage, assistantMessage } = await exchange('one');
  const { data } = (await list('?order=asc')).body;
  const times = {
    created_at: app.clock.date().toISOString(),
    updated_at: app.clock.date().toISOString(),
    edited_at: null,
  };
  expect(data).toEqual({
    messages: [
      {
        ...{ id: userMessage.id, conversation_id: conversation, parent_id: null, role: 'user', type: 'text' },
        ...{ content: 'one', attachments: [], model: null, tokens_used: 1, status: 'complete', finish_reason: null },
        ...{ is_active: true, ...times },
      },
      {
        ...{ id: assistantMessage.id, conversation_id: conversation, parent_id: userMessage.id, role: 'assistant' },
        ...{ type: 'text', content: 'answer to one', attachments: [], model: MODEL, tokens_used: 2 },
        ...{ status: 'complete', finish_reason: 'stop', is_active: true, ...times },
      },
    ],
    pagination: { page: 1, size: 50, total: 2, pages: 1, next_cursor: null },
  });
  expect((await find(assistantMessage.id)).body.data).toEqual(data.messages[1]);
});

it('are listed newest first, by pages or by cursors, of the shown branch or of all', async () => {
  const first = await exchange('one');
  await exchange('two');
  await exchange('three', first.assistantMessage.id);
  const branch = ['answer to three', 'three', 'answer to one', 'one'];
  expect(contentsOf(await list())).toEqual(branch);
  expect(contentsOf(await list('?branches=all'))).toEqual([
    ...branch.slice(0, 2),
    'answer to two',
    'two',
    ...branch.slice(2),
  ]);
  const page = await list('?size=3');
  expect(page.body.data.pagination).toMatchObject({ page: 1, size: 3, total: 4, pages: 2 });
  expect(contentsOf(await list('?size=3&page=2'))).toEqual(['one']);
  const rest = await list(`?size=3&cursor=${page.body.data.pagination.next_cursor}`);
  expect(contentsOf(rest)).toEqual(['one']);
  expect(rest.body.data.pagination.next_cursor).toBeNull();
});

it.each([
  ['page', '0', '-1', '1.5', '10001', '1e3', '99999999999999999999', 'a', ''],
  ['size', '0', '201', 'ten'],
  ['cursor', '0', 'abc', "1'--", 'a'.repeat(101), newId()],
  ['order', 'up', 'DESC', 'seq;--'],
  ['branches', 'none', ''],
])('are not listed by an absurd %s', async (field, ...values) => {
  const queries = [...values.map((value) => `?${field}=${value}`), `?${field}=1&${field}=2`, `?${field}[]=1`];
  const answers = await Promise.all(queries.map((query) => list(query)));
  const outcomes = answers.map(outcome);
  expect(new Set(outcomes.slice(0, -1))).toEqual(new Set([invalid(field)]));
  expect(outcomes.at(-1)).toMatch(/^422 VALIDATION_ERROR/);
});

it('are not listed by whose they might be', async () => {
  expect(outcome(await list(`?user_id=${bob.id}`))).toBe(invalid('user_id'));
});

describe('an edit', () => {
  it('changes the text, and what the conversation shows of it', async () => {
    const { assistantMessage } = await exchange('one');
    app.clock.advance(1_000);
    const edited = await edit(assistantMessage.id, { content: ' \n <b>better</b> 💩\t' });
    expect(edited.body.data).toMatchObject({
      content: '<b>better</b> 💩',
      edited_at: app.clock.date().toISOString(),
      is_active: true,
    });
    expect((await find(assistantMessage.id)).body.data).toEqual(edited.body.data);
    expect((await shown()).last_message?.content).toBe('<b>better</b> 💩');
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['blanks', ' \n\t\u00a0'],
    ['too much', '💩'.repeat(10_001)],
    ['NUL', 'a\0b'],
    ['half a character', 'a\ud83d'],
    ['a number', 1],
    ['a list', ['text']],
  ])('to %s is refused', async (_what, content) => {
    const { userMessage } = await exchange('one');
    expect(outcome(await edit(userMessage.id, { content }))).toBe(invalid('content'));
    expect((await find(userMessage.id)).body.data.content).toBe('one');
  });

  it('may be as long as a message, however much blank is around it', async () => {
    const { userMessage } = await exchange('one');
    const content = '💩'.repeat(10_000);
    const edited = await edit(userMessage.id, { content: ` ${content}\n` });
    expect(edited.body.data.content).toBe(content);
  });

  it('takes no other field', async () => {
    const { userMessage } = await exchange('one');
    for (const field of ['role', 'is_active', 'user_id']) {
      expect(outcome(await edit(userMessage.id, { content: 'two', [field]: true }))).toBe(invalid(field));
    }
  });
});

it('of another branch are shown by activating it, and deleted to give way to others', async () => {
  const first = await exchange('one');
  const second = await exchange('again', null);
  expect((await find(first.userMessage.id)).body.data.is_active).toBe(false);
  const activated = await activate(first.userMessage.id);
  expect(activated.status).toBe(200);
  expect(activated.body.data).toMatchObject({ id: first.userMessage.id, is_active: true });
  expect(await shown()).toMatchObject({ message_count: 2, last_message: { content: 'answer to one' } });
  expect(outcome(await remove(first.assistantMessage.id))).toBe('200');
  expect(outcome(await remove(first.userMessage.id))).toBe('200');
  expect(await shown()).toMatchObject({ message_count: 2, last_message: { content: 'answer to again' } });
  expect(outcome(await remove(second.userMessage.id))).toBe('200');
  expect((await find(second.assistantMessage.id)).body.data.parent_id).toBeNull();
  expect(outcome(await remove(second.assistantMessage.id))).toBe('200');
  expect(await shown()).toMatchObject({ message_count: 0, last_message: null, messages: [] });
  expect(outcome(await remove(second.assistantMessage.id))).toBe(NOT_FOUND);
});

it('stay while they stream, and the refusal names them', async () => {
  const { assistantMessage } = await ask('one');
  const refused = await remove(assistantMessage.id);
  expect(outcome(refused)).toBe(CONFLICT);
  expect(refused.body.error.details).toEqual({ message_id: assistantMessage.id });
  expect(outcome(await edit(assistantMessage.id, { content: 'two' }))).toBe(CONFLICT);
  expect((await shown()).message_count).toBe(2);
});

it('are there for their owner alone, and for nobody under a malformed id', async () => {
  const { userMessage } = await exchange('one');
  const attempts = (id: string, person: Person) => [
    find(id, person),
    edit(id, { content: 'mine' }, person),
    remove(id, person),
    activate(id, person),
  ];
  const tried = [
    list('', bob),
    ...attempts(userMessage.id, bob),
    ...attempts(newId(), alice),
    ...attempts("1'--", alice),
    ...attempts(conversation, alice),
  ];
  const outcomes = (await Promise.all(tried)).map(outcome);
  expect(outcomes).toEqual(Array(tried.length).fill(NOT_FOUND));
  const nobody = { ...alice, token: 'none' };
  const unknown = (await Promise.all([list('', nobody), ...attempts(userMessage.id, nobody)])).map(outcome);
  expect(new Set(unknown)).toEqual(new Set([UNAUTHENTICATED]));
  expect((await find(userMessage.id.toUpperCase())).body.data.content).toBe('one');
});

it('are read and changed by API keys that are good for it', async () => {
  const { userMessage } = await exchange('one');
  const { key: reading } = await makeApiKey(app, alice, { scopes: ['read'] });
  const { key: writing } = await makeApiKey(app, alice, { scopes: ['write'] });
  const outcomesWith = async (token: string): Promise<string[]> => {
    const person = { ...alice, token };
    const { id } = userMessage;
    const tried = [list('', person), find(id, person), edit(id, { content: 'two' }, person), activate(id, person)];
    return (await Promise.all(tried)).map(outcome);
  };
  expect(await outcomesWith(reading)).toEqual(['200', '200', FORBIDDEN, FORBIDDEN]);
  expect(await outcomesWith(writing)).toEqual([FORBIDDEN, FORBIDDEN, '200', '200']);
});
