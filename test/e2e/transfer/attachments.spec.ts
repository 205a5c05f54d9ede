import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { exportOf, filesIn, zipOf } from '../../factories/archives';
import { chatGptConversation } from '../../factories/chatgpt-export';
import { type Person, register } from '../../factories/people';
import { type FileView, formOf, picture, sendForm, uploaded } from '../../factories/uploads';
import { eventually } from '../../harness/eventually';
import type { Reply } from '../../harness/reply';
import { Talk } from '../chat/talk';

const MB = 1024 * 1024;
const ALLOWANCE = 0.5 * MB;
const UPLOAD = 0.25 * MB;

interface ImportView {
  readonly imported: { readonly conversations: number; readonly messages: number; readonly files: number };
  readonly skipped: readonly { readonly title: string | null; readonly reason: string; readonly file?: string }[];
}

interface ConversationView {
  readonly id: string;
  readonly title: string;
}

interface MessageView {
  readonly content: string;
  readonly type: string;
  readonly role: string;
  readonly attachments: readonly string[];
}

let talk: Talk;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'imported-'));
  const models = join(directory, 'models.json');
  const capabilities = ['chat', 'vision'];
  const model = {
    id: 'seeing',
    name: 'seeing',
    description: { en: 'x', zh: 'x' },
    context_window: 100_000,
    capabilities,
  };
  const costs = { max_output_tokens: 4_096, cost_per_1k_tokens: { input: 0.001, output: 0.002 } };
  await writeFile(models, JSON.stringify([{ ...model, ...costs }]));
  talk = await Talk.start({
    MODELS_FILE: models,
    UPLOAD_DIR: join(directory, 'uploads'),
    MAX_UPLOAD_MB: String(UPLOAD / MB),
    UPLOAD_ALLOWANCE_MB: String(ALLOWANCE / MB),
  });
});
afterAll(async () => {
  await talk.stop();
  await rm(directory, { recursive: true });
});
beforeEach(() => talk.anew());

async function imports(bytes: Buffer | string, person: Pick<Person, 'token'> = talk.alice): Promise<ImportView> {
  const answer = await sendForm<ImportView>(talk.app, '/api/v1/conversations/import', person, formOf([{ bytes }]));
  expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
  return answer.body.data;
}

async function conversationsOf({ token }: Pick<Person, 'token'> = talk.alice): Promise<readonly ConversationView[]> {
  const path = '/api/v1/conversations?archived=true&sort=created_at&order=asc';
  return (await talk.app.api.get<Reply<{ conversations: ConversationView[] }>>(path, { token })).body.data
    .conversations;
}

async function messagesOf(conversation: string, { token } = talk.alice): Promise<readonly MessageView[]> {
  const path = `/api/v1/conversations/${conversation}/messages?order=asc&branches=all`;
  return (await talk.app.api.get<Reply<{ messages: MessageView[] }>>(path, { token })).body.data.messages;
}

const fileOf = async (id: string, { token } = talk.alice) =>
  (await talk.app.api.get<Reply<FileView>>(`/api/v1/files/${id}`, { token })).body.data;
const contentOf = async (id: string, { token } = talk.alice) =>
  Buffer.from(
    await (
      await fetch(`${talk.app.baseUrl}/api/v1/files/${id}/content`, { headers: { authorization: `Bearer ${token}` } })
    ).arrayBuffer(),
  );
const exported = async (person: Pick<Person, 'token'> = talk.alice) =>
  Buffer.from(await (await exportOf(talk.app, person)).arrayBuffer());
const remove = (path: string, { token } = talk.alice) => talk.app.api.delete(`/api/v1/${path}`, undefined, { token });

async function kept(): Promise<string[]> {
  const entries = await readdir(join(directory, 'uploads'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

/** A question with a text and a picture, in this order, and another with the picture alone. */
async function conversationWithFiles(): Promise<readonly [conversation: string, text: FileView, image: FileView]> {
  const image = await uploaded(talk.app, talk.alice, { name: 'red.png', bytes: await picture('png', 12, 7) });
  const text = await uploaded(talk.app, talk.alice, { name: '清单.txt', bytes: 'milk and honey' });
  const conversation = await talk.begin({ title: 'Shopping', model: 'seeing' });
  await talk.send(conversation, { content: 'What is it?', attachments: [text.id, image.id] });
  await talk.send(conversation, { content: 'And this?', attachments: [image.id] });
  return [conversation, text, image];
}

/** In our own shape, whatever it holds. */
const own = (title: string, attachments: readonly string[]) =>
  JSON.stringify({ id: title, title, messages: [{ id: 'm', role: 'user', content: 'look', attachments }] });
const idOf = (count: number) => `0198c0de-0000-7000-8000-${String(count).padStart(12, '0')}`;

it('brings the files of an archive back, with the messages that they came with and in their order', async () => {
  const [conversation, text, image] = await conversationWithFiles();
  const archive = await exported();
  await remove(`conversations/${conversation}`);
  await eventually(async () => (await kept()).length === 0);
  expect(await imports(archive)).toEqual({
    imported: { conversations: 1, messages: 4, files: 2 },
    skipped: [],
  });
  const [{ id: again } = { id: '' }] = await conversationsOf();
  const [first, , second] = await messagesOf(again);
  const [newText = '', newImage = ''] = first?.attachments ?? [];
  expect([newText, newImage]).not.toEqual([text.id, image.id]);
  expect([first?.type, second?.type, second?.attachments]).toEqual(['image', 'image', [newImage]]);
  expect(await fileOf(newText)).toMatchObject({ name: '清单.txt', type: 'text/plain', size: text.size });
  expect(await fileOf(newImage)).toMatchObject({ name: 'red.png', type: 'image/png', width: 12, height: 7 });
  expect((await contentOf(newText)).toString()).toBe('milk and honey');
  await talk.send(again, { content: 'And now?' });
  expect(JSON.stringify(talk.upstream.calls.at(-1)?.body?.messages)).toContain('data:image/png;base64,');
  await remove(`conversations/${again}`);
  await eventually(async () => (await kept()).length === 0);
});

it('doubles nothing, however often it is sent', async () => {
  await conversationWithFiles();
  const archive = await exported();
  const before = await kept();
  const again = { imported: { conversations: 0, messages: 0, files: 0 } };
  const skipped = [{ title: 'Shopping', reason: 'already_imported' }];
  expect(await imports(archive)).toEqual({ ...again, skipped });
  expect(await kept()).toEqual(before);
  const carol = await register(talk.app);
  expect((await imports(archive, carol)).imported).toEqual({ conversations: 1, messages: 4, files: 2 });
  expect(await imports(archive, carol)).toEqual({ ...again, skipped });
  expect((await kept()).length).toBe(before.length + 2);
  const [{ id } = { id: '' }] = await conversationsOf(carol);
  expect((await messagesOf(id, carol))[0]?.attachments.length).toBe(2);
  // A conversation of another archive that has the same file.
  const files = await filesIn(archive);
  const [path = ''] = Object.keys(files).filter((name) => name.endsWith('.txt'));
  const list = files['files.json'] ?? '';
  const other = own('Other', [path.slice('files/'.length, -'.txt'.length)]);
  const more = await zipOf({ 'conversations.json': other, [path]: files[path] ?? '', 'files.json': list });
  expect((await imports(more, carol)).imported).toEqual({ conversations: 1, messages: 1, files: 1 });
  expect((await kept()).length).toBe(before.length + 2);
});

it('attaches what is here still, also where the import holds no files', async () => {
  const [conversation, text, image] = await conversationWithFiles();
  const other = await talk.begin({ model: 'seeing' });
  await talk.send(other, { content: 'Keep it', attachments: [image.id] });
  const { token } = talk.alice;
  const json = (await talk.app.api.get(`/api/v1/conversations/${conversation}/export`, { token })).text;
  await remove(`conversations/${conversation}`);
  await eventually(async () => !(await kept()).includes(text.id));
  expect(await imports(json)).toEqual({
    imported: { conversations: 1, messages: 4, files: 0 },
    skipped: [{ title: 'Shopping', file: text.id, reason: 'file_missing' }],
  });
  const again = (await conversationsOf()).find(({ id }) => id !== other)?.id ?? '';
  expect((await messagesOf(again)).map(({ attachments }) => attachments)).toEqual([[image.id], [], [image.id], []]);
  expect((await imports(own('Stolen', [image.id]), talk.bob)).skipped).toEqual([
    { title: 'Stolen', file: image.id, reason: 'file_missing' },
  ]);
});

it('tells what it could not take, and why', async () => {
  const big = Buffer.alloc(UPLOAD + 1, 'x');
  const full = Buffer.alloc(UPLOAD, 'y');
  const files: Record<string, Buffer | string> = {
    [`files/${idOf(1)}.txt`]: full,
    [`files/${idOf(2)}.png`]: '%PDF-1.7 no picture',
    [`files/${idOf(3)}.txt`]: big,
    [`files/${idOf(4)}.txt`]: 'damaged, damaged',
    [`files/${idOf(5)}.txt`]: Buffer.alloc(UPLOAD, 'z'),
    [`files/${idOf(6)}.txt`]: 'one more than there is room for',
    [`files/${idOf(8)}.txt`]: 'nobody wants it',
    [`files/${idOf(9)}.txt`]: '',
    'files.json': JSON.stringify(
      [1, 2].map((id) => ({ path: `files/${idOf(id)}.${id === 1 ? 'txt' : 'png'}`, name: `n${id}` })),
    ),
  };
  const conversation = own('All', [1, 2, 3, 4, 5, 6, 7, 9].map(idOf));
  const archive = await zipOf({ 'conversations.json': `[${conversation},${own('Again', [idOf(2)])}]`, ...files });
  archive.write('D', archive.indexOf('damaged, damaged'));
  const before = await kept();
  const report = await imports(archive);
  expect(report.imported).toEqual({ conversations: 2, messages: 2, files: 2 });
  expect(report.skipped).toEqual([
    { title: 'All', file: 'n2', reason: 'file_refused' },
    { title: 'All', file: `${idOf(3)}.txt`, reason: 'file_too_large' },
    { title: 'All', file: `${idOf(4)}.txt`, reason: 'file_damaged' },
    { title: 'All', file: `${idOf(6)}.txt`, reason: 'allowance_used_up' },
    { title: 'All', file: idOf(7), reason: 'file_missing' },
    { title: 'All', file: `${idOf(9)}.txt`, reason: 'file_refused' },
    { title: 'Again', file: 'n2', reason: 'file_refused' },
    { title: null, file: `${idOf(8)}.txt`, reason: 'not_attached' },
  ]);
  const id = (await conversationsOf()).find(({ title }) => title === 'All')?.id ?? '';
  expect((await messagesOf(id)).map(({ type, attachments }) => [type, attachments.length])).toEqual([['file', 2]]);
  expect((await kept()).length).toBe(before.length + 2);
});

it('takes the pictures of a ChatGPT export by what they are called in it', async () => {
  const part = (pointer: string) => ({ content_type: 'image_asset_pointer', asset_pointer: pointer });
  const node = (id: string, parent: string | null, role: string, content: object, metadata: object = {}) => ({
    ...{ id, parent, children: [] },
    message: { id, author: { role }, recipient: 'all', content, metadata, create_time: 1_700_000_000 + Number(id) },
  });
  const parts = (...all: unknown[]) => ({ content_type: 'multimodal_text', parts: all });
  const nodes = [
    node('1', null, 'user', parts(part('file-service://file-AbC123'), 'A cat?'), {
      attachments: [
        { id: 'file-AbC123', name: 'cat.jpg', mimeType: 'image/jpeg' },
        { id: 'file-Doc9', name: 'paper.pdf', mimeType: 'application/pdf' },
      ],
    }),
    node('2', '1', 'tool', parts(part('sediment://file_00000000abcd')), {}),
    node('3', '2', 'user', parts({ ...part('sediment://file_0000beef'), content_type: 'audio_asset_pointer' })),
  ];
  const conversation = chatGptConversation({
    mapping: Object.fromEntries(nodes.map((each) => [each.id, each])),
    current_node: '3',
  });
  const photo = await sharp(await picture('jpeg', 30, 20))
    .withExif({ IFD0: { Copyright: 'canary' } })
    .toBuffer();
  const archive = await zipOf({
    'conversations.json': JSON.stringify([conversation]),
    'file-AbC123-cat at home.jpg': photo,
    'file-Doc9-paper.pdf': '%PDF-1.7\n1 0 obj',
    'dalle-generations/file_00000000abcd-1234.webp': await picture('webp'),
    'user.json': '{}',
  });
  expect(await imports(archive)).toEqual({
    imported: { conversations: 1, messages: 3, files: 2 },
    skipped: [
      { title: 'A picture', file: 'paper.pdf', reason: 'file_refused' },
      { title: 'A picture', file: 'file_0000beef', reason: 'file_missing' },
    ],
  });
  const [{ id } = { id: '' }] = await conversationsOf();
  const messages = await messagesOf(id);
  expect(messages.map(({ role, type, content, attachments }) => [role, type, content, attachments.length])).toEqual([
    ['user', 'image', '[image]\nA cat?', 1],
    ['assistant', 'image', '[image]', 1],
    ['user', 'text', '', 0],
  ]);
  const cat = messages[0]?.attachments[0] ?? '';
  expect(await fileOf(cat)).toMatchObject({ name: 'cat.jpg', type: 'image/jpeg', width: 30, height: 20 });
  expect((await contentOf(cat)).includes('canary')).toBe(false);
  await talk.send(id, { content: 'And?', model: 'seeing' });
  const told = talk.upstream.calls.at(-1)?.body?.messages ?? [];
  expect(told.map(({ role, content }) => [role, typeof content])).toEqual([
    ['user', 'object'],
    ['assistant', 'string'],
    ['user', 'string'],
  ]);
});

it('gives three imports of one account room, and a fourth none', async () => {
  const { token } = talk.alice;
  const ends: (() => void)[] = [];
  const begin = () =>
    fetch(`${talk.app.baseUrl}/api/v1/conversations/import`, {
      ...{
        method: 'POST',
        duplex: 'half',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      },
      body: new ReadableStream<Uint8Array>({
        start(body) {
          body.enqueue(Buffer.from(own('Slow', [])));
          ends.push(() => body.close());
        },
      }),
    });
  const sent = [begin(), begin(), begin(), begin()];
  const refused = await Promise.race(sent);
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('60');
  expect(await refused.json()).toMatchObject({ error: { code: 'RATE_LIMIT_EXCEEDED', details: { retry_after: 60 } } });
  expect((await imports(own('Other', []), talk.bob)).imported.conversations).toBe(1);
  // What waits has no name, and is gone with its process.
  expect(await readdir(join(directory, 'uploads', 'incoming'))).toEqual([]);
  ends.forEach((end) => end());
  expect((await Promise.all(sent)).map(({ status }) => status).sort()).toEqual([201, 201, 201, 429]);
});
