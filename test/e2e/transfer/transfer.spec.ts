import { newId } from '#kernel';
import { Db } from '#platform';
import { exportOf, filesIn, zipOf } from '../../factories/archives';
import { chatGptConversation } from '../../factories/chatgpt-export';
import { makeApiKey, register } from '../../factories/people';
import { formOf, sendForm, uploaded } from '../../factories/uploads';
import { faultsIn } from '../../harness/invariants';
import { FORBIDDEN, invalid, NOT_FOUND, outcome, type Reply } from '../../harness/reply';
import { Talk } from '../chat/talk';

const IMPORT = '/api/v1/conversations/import';

interface ImportView {
  readonly imported: { readonly conversations: number; readonly messages: number; readonly files: number };
  readonly skipped: readonly { readonly title: string | null; readonly reason: string; readonly file?: string }[];
}

interface ExportedMessage extends Readonly<Record<string, unknown>> {
  readonly id: string;
  readonly parent_id: string | null;
  readonly content: string;
}

interface Exported extends Readonly<Record<string, unknown>> {
  readonly id: string;
  readonly messages: readonly ExportedMessage[];
}

let talk: Talk;
beforeAll(async () => {
  talk = await Talk.start({ MAX_IMPORT_MB: '2' });
});
afterAll(() => talk.stop());
beforeEach(() => talk.anew());

const imports = (body: unknown, { token } = talk.alice) =>
  talk.app.api.post<Reply<ImportView>>(IMPORT, body, { token });
const exported = async (id: string, format = 'json', { token } = talk.alice) =>
  talk.app.api.get<Reply>(`/api/v1/conversations/${id}/export?format=${format}`, { token });
/** It is in no JSON. */
const NO_PICTURE = { title: 'A picture', reason: 'file_missing', file: 'file-x' };

const jsonOf = async (id: string) => JSON.parse((await exported(id)).text) as Exported;

async function ids(): Promise<string[]> {
  const path = '/api/v1/conversations?archived=true&sort=created_at&order=asc';
  const { body } = await talk.app.api.get<Reply<{ conversations: { id: string }[] }>>(path, {
    token: talk.alice.token,
  });
  return body.data.conversations.map(({ id }) => id);
}

/** Of what there was a place for: the parent's in place of its id. */
function shapeOf({ id: _, messages, ...rest }: Exported) {
  const places = new Map(messages.map(({ id }, place) => [id, place]));
  return {
    ...rest,
    messages: messages.map(({ id: _id, parent_id, ...message }) => ({
      ...message,
      parent: places.get(parent_id ?? ''),
    })),
  };
}

/** A question, two answers of which the first is shown, and what followed it. */
async function branched(): Promise<string> {
  const conversation = await talk.begin({ title: 'Äpfel & <Birnen>', system_message: 'Be brief.' });
  const first = await talk.send(conversation, { content: 'One? <script>alert(1)</script>' });
  talk.app.clock.advance(1_000);
  const answer = first.body.data.assistant_message?.id ?? '';
  await talk.post(`messages/${answer}/regenerate`, {});
  talk.app.clock.advance(1_000);
  await talk.post(`messages/${answer}/activate`, {});
  await talk.send(conversation, { content: 'Two?' });
  return conversation;
}

describe('a conversation is exported', () => {
  it('with all its branches as JSON, and comes back the same', async () => {
    const conversation = await branched();
    const before = await exported(conversation);
    expect(before.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(before.headers.get('content-disposition')).toBe(
      `attachment; filename="?pfel & Birnen.json"; filename*=UTF-8''%C3%84pfel%20%26%20Birnen.json`,
    );
    expect(before.headers.get('x-total-messages')).toBe('5');
    expect((await exported(conversation, 'text')).headers.get('x-total-messages')).toBe('4');
    const document = JSON.parse(before.text) as Exported;
    expect(document.messages.map(({ is_active }) => is_active)).toEqual([true, true, false, true, true]);
    const { token } = talk.alice;
    await talk.app.api.delete(`/api/v1/conversations/${conversation}`, undefined, { token });
    expect((await imports(before.text)).body.data).toEqual({
      ...{ imported: { conversations: 1, messages: 5, files: 0 }, skipped: [] },
    });
    const [again = ''] = await ids();
    expect(again).not.toBe(conversation);
    expect(shapeOf(await jsonOf(again))).toEqual(shapeOf(document));
    expect((await talk.send(again, { content: 'Three?' })).status).toBe(201);
  });

  it.each([
    ['markdown', 'text/markdown', 'md', '## User\n'],
    ['text', 'text/plain', 'txt', 'User (2026'],
    ['html', 'text/html', 'html', '&lt;script&gt;alert(1)&lt;/script&gt;'],
  ])('as %s of the branch that is shown', async (format, type, ending, words) => {
    const answer = await exported(await branched(), format);
    expect(answer.headers.get('content-type')).toBe(`${type}; charset=utf-8`);
    expect(answer.headers.get('content-disposition')).toContain(`Birnen.${ending}`);
    expect(answer.text).toContain(words);
    for (const said of ['Be brief.', 'One?', 'Two?']) expect(answer.text).toContain(said);
    expect(answer.text.match(/You said: One/g)).toHaveLength(1);
    if (format === 'html') expect(answer.text).not.toMatch(/<script|https?:/);
  });

  it('as a line to learn from', async () => {
    const { text } = await exported(await branched(), 'jsonl');
    expect(text.trimEnd()).not.toContain('\n');
    const { messages } = JSON.parse(text) as { messages: { role: string }[] };
    expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user', 'assistant']);
    expect((await exported(await talk.begin(), 'jsonl')).text).toBe('');
  });

  it('to its owner alone, in the formats there are', async () => {
    const id = await talk.begin();
    expect(outcome(await exported(id, 'json', talk.bob))).toBe(NOT_FOUND);
    expect(outcome(await exported(newId()))).toBe(NOT_FOUND);
    expect(outcome(await exported(id, 'pdf'))).toBe(invalid('format'));
    const head = await talk.app.api.send('HEAD', `/api/v1/conversations/${id}/export`, { token: talk.alice.token });
    expect([head.status, head.text]).toEqual([200, '']);
  });
});

describe('an export of ChatGPT’s is imported', () => {
  it('with its branches, times, models and long answers, without what people never saw', async () => {
    const answer = await imports([chatGptConversation()]);
    expect(answer.body.data).toEqual({ imported: { conversations: 1, messages: 7, files: 0 }, skipped: [NO_PICTURE] });
    const [id = ''] = await ids();
    const document = await jsonOf(id);
    expect(document).toMatchObject({
      ...{ title: 'A picture', model: 'gpt-4o', created_at: '2023-11-14T22:13:20.123Z' },
      updated_at: '2023-11-14T22:13:40.900Z',
    });
    const byId = new Map(document.messages.map((message) => [message.id, message.content.slice(0, 30)]));
    expect(
      document.messages.map(({ parent_id, role, content, model, is_active }) => [
        ...[role, content.slice(0, 30), byId.get(parent_id ?? '') ?? null, model, is_active],
      ]),
    ).toEqual([
      ['user', 'What is in the picture?', null, null, true],
      ['assistant', 'A cat.', 'What is in the picture?', 'gpt-4o', true],
      ['assistant', 'A dog.', 'What is in the picture?', 'o1', false],
      ['user', '[image]\nAnd this\ufffd?', 'A cat.', null, true],
      ['assistant', 'x'.repeat(30), '[image]\nAnd this\ufffd?', null, true],
      ['user', 'and round', null, null, false],
      ['user', 'round', 'and round', null, false],
    ]);
    expect(document.messages[4]?.content).toHaveLength(12_000);
    expect(document.messages[1]?.['created_at']).toBe('2023-11-14T22:13:23.500Z');
    expect(JSON.stringify(document)).not.toContain('canary');
    expect((await talk.send(id, { content: 'And now?' })).status).toBe(201);
  });

  it('once, however often and at once it is sent, and by somebody else again', async () => {
    const both = [chatGptConversation(), chatGptConversation({ conversation_id: undefined, title: 'Nameless' })];
    const answers = await Promise.all([1, 2, 3].map(() => imports(both)));
    const taken = answers.map(({ body }) => body.data.imported.conversations);
    expect(taken.reduce((sum, count) => sum + count, 0)).toBe(2);
    expect((await imports(both)).body.data).toEqual({
      imported: { conversations: 0, messages: 0, files: 0 },
      skipped: ['A picture', 'Nameless'].map((title) => ({ title, reason: 'already_imported' })),
    });
    expect(await ids()).toHaveLength(2);
    expect((await imports(both, await register(talk.app))).body.data.imported.conversations).toBe(2);
  });

  it('as a form, and as the archive that it comes in', async () => {
    const text = JSON.stringify([chatGptConversation()]);
    const form = await sendForm<ImportView>(talk.app, IMPORT, talk.alice, formOf([{ bytes: `\ufeff${text}` }]));
    expect(form.body.data.imported).toMatchObject({ conversations: 1, messages: 7 });
    await talk.anew();
    const zip = await zipOf({ 'export/conversations.json': text, 'user.json': '{"email":"canary"}' });
    const archive = await sendForm<ImportView>(talk.app, IMPORT, talk.alice, formOf([{ bytes: zip }]));
    expect(archive.body.data.imported).toMatchObject({ conversations: 1, messages: 7 });
  });

  it('as far as it goes, and says what was left out and why', async () => {
    const fine = chatGptConversation();
    const others = [
      chatGptConversation({ conversation_id: 'b', title: 'Empty', mapping: { a: { id: 'a', parent: null } } }),
      { id: 1, title: 'Neither' },
      { id: newId(), title: 'Odd', messages: [{ id: 'a', role: 'robot', content: 'x' }] },
      { id: newId(), title: 'Long', messages: [{ id: 'a', role: 'user', content: 'x'.repeat(1_000_001) }] },
    ];
    const { body } = await imports([fine, ...others]);
    expect(body.data.imported.conversations).toBe(1);
    expect(body.data.skipped).toEqual([
      { title: 'Empty', reason: 'no_messages' },
      { title: null, reason: 'not_a_conversation' },
      { title: 'Odd', reason: 'not_a_conversation' },
      { title: 'Long', reason: 'message_too_long' },
      NO_PICTURE,
    ]);
    const cut = JSON.stringify([chatGptConversation({ conversation_id: 'c' }), fine]).slice(0, -200);
    expect((await imports(cut)).body.data).toMatchObject({
      ...{ imported: { conversations: 1 }, skipped: [{ title: null, reason: 'unreadable' }, NO_PICTURE] },
    });
  });
});

describe('an import is refused', () => {
  it.each([
    ['', '400'],
    ['nonsense', '400'],
    ['"text"', '400'],
    ['[1]', '400'],
    ['[{}', '400'],
    ['[{},]', '400'],
    ['[{}] []', '400'],
    ['{"messages":[}', '400'],
    [`{"messages":${'['.repeat(300)}`, '400'],
    ['{"role":"admin"}', invalid('file')],
    ['[{"mapping":[]},{"messages":{}}]', invalid('file')],
  ])('of %j', async (body, expected) => {
    expect(outcome(await imports(body))).toContain(expected);
  });

  it('beyond its limit, also where it is small as it comes', async () => {
    const long = JSON.stringify([{ title: 'x'.repeat(2 * 1024 * 1024) }]);
    expect(outcome(await imports(long))).toBe('413 PAYLOAD_TOO_LARGE');
    const bomb = await zipOf({ 'conversations.json': long }, true);
    expect(bomb.length).toBeLessThan(10_000);
    const answer = await sendForm(talk.app, IMPORT, talk.alice, formOf([{ bytes: bomb }]));
    expect(outcome(answer)).toBe('413 PAYLOAD_TOO_LARGE');
  });

  it('of archives that are none, or of nothing', async () => {
    const sent = async (bytes: Buffer) => outcome(await sendForm(talk.app, IMPORT, talk.alice, formOf([{ bytes }])));
    const zip = await zipOf({ 'conversations.json': JSON.stringify([chatGptConversation()]) });
    expect(await sent(zip.subarray(0, zip.length - 30))).toBe('400 VALIDATION_ERROR');
    expect(await sent(await zipOf({ 'other.json': '[]' }))).toBe(invalid('file'));
    zip.fill(0xff, 60, 90);
    expect(await sent(zip)).toBe('400 VALIDATION_ERROR');
    expect(await ids()).toEqual([]);
  });
});

describe('all of an account is exported', () => {
  const archive = async () => {
    const answer = await exportOf(talk.app, talk.alice);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/zip']);
    const totals = ['x-total-conversations', 'x-total-files'].map((name) => answer.headers.get(name));
    return { zip: Buffer.from(await answer.arrayBuffer()), totals };
  };

  it('as an archive of which the conversations come back the same', async () => {
    const conversation = await branched();
    await talk.begin({ title: 'Empty' });
    await talk.begin({ title: 'canary' }, talk.bob);
    const { id } = await uploaded(talk.app, talk.alice, { name: '../notes.txt', bytes: 'mine' });
    const before = [...(await Promise.all((await ids()).map(jsonOf)))].map(shapeOf);
    const { zip, totals } = await archive();
    expect(totals).toEqual(['2', '1']);
    const files = await filesIn(zip);
    expect(Object.keys(files)).toEqual([
      ...['manifest.json', 'profile.json', 'api_keys.json', 'sessions.json', 'usage.csv', 'conversations.json'],
      ...[`files/${id}.txt`, 'files.json'],
    ]);
    const read = (name: string) => files[name]?.toString() ?? '';
    expect(read(`files/${id}.txt`)).toBe('mine');
    expect(JSON.parse(read('profile.json'))).toMatchObject({ username: talk.alice.username });
    expect(JSON.parse(read('files.json'))).toMatchObject([{ id, name: 'notes.txt' }]);
    expect(read('usage.csv').split('\n').length).toBeGreaterThan(1);
    expect(Object.values(files).join()).not.toMatch(/canary|argon2|password/);
    const { token } = talk.alice;
    for (const each of await ids()) await talk.app.api.delete(`/api/v1/conversations/${each}`, undefined, { token });
    const answer = await sendForm<ImportView>(talk.app, IMPORT, talk.alice, formOf([{ bytes: zip }]));
    expect(answer.body.data).toEqual({
      imported: { conversations: 2, messages: 5, files: 0 },
      skipped: [{ title: null, file: 'notes.txt', reason: 'not_attached' }],
    });
    expect([...(await Promise.all((await ids()).map(jsonOf)))].map(shapeOf)).toEqual(before);
    expect(await ids()).not.toContain(conversation);
  });

  it('to people, and to no key', async () => {
    const { key } = await makeApiKey(talk.app, talk.alice);
    expect(outcome(await talk.app.api.get<Reply>('/api/v1/users/me/export', { token: key }))).toBe(FORBIDDEN);
  });
});

it('trusts no times, counts, states or ids', async () => {
  const message = { role: 'assistant', content: 'hi', status: 'streaming', tokens_used: -5, created_at: 'never' };
  const messages = [
    { ...message, id: 'a', parent_id: 'b', is_active: true },
    { ...message, id: 'b', parent_id: newId(), created_at: '9999-01-01T00:00:00Z', content: '\ud800\ufffe' },
  ];
  const foreign = await talk.begin({ title: 'Bob’s' }, talk.bob);
  const document = { id: foreign, user_id: talk.bob.id, created_at: -1, title: 't'.repeat(300), messages };
  expect((await imports(document)).body.data.imported).toMatchObject({ conversations: 1, messages: 2 });
  const [id = ''] = await ids();
  expect(id).not.toBe(foreign);
  const { title, created_at, messages: kept } = await jsonOf(id);
  expect([title, created_at]).toEqual(['t'.repeat(200), talk.app.clock.date().toISOString()]);
  expect(kept.map(({ content, status, is_active }) => [content, status, is_active])).toEqual([
    ['\ufffd\ufffd', 'interrupted', true],
    ['hi', 'interrupted', true],
  ]);
});

it('leaves the tables as they ought to be', async () => {
  await imports([chatGptConversation()]);
  const faults = await faultsIn(talk.app.nest.get(Db));
  expect(faults.filter((fault) => !fault.endsWith('was not paid for'))).toEqual([]);
});
