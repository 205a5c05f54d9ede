import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { FileCollection } from '#files';
import { newId } from '#kernel';
import { makeApiKey, type Person, register } from '../../factories/people';
import { type FileView, formOf, picture, sendForm, type SentFile, upload, uploaded } from '../../factories/uploads';
import { eventually } from '../../harness/eventually';
import { FORBIDDEN, invalid, NOT_FOUND, outcome, type Reply } from '../../harness/reply';
import { says } from '../../harness/upstream';
import { Talk } from '../chat/talk';
import { ways } from '../realtime/ways';

const LIMIT = 64 * 1024;
const ALLOWANCE = 256 * 1024;

const modelOf = (id: string, capabilities: readonly string[]) => ({
  ...{ id, name: id, description: { en: id, zh: id }, context_window: 100_000, max_output_tokens: 4_096 },
  ...{ cost_per_1k_tokens: { input: 0.001, output: 0.002 }, capabilities },
});

let talk: Talk;
let directory: string;
let alice: Person;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'uploads-'));
  const models = join(directory, 'models.json');
  await writeFile(models, JSON.stringify([modelOf('seeing', ['chat', 'vision']), modelOf('blind', ['chat'])]));
  talk = await Talk.start({
    MODELS_FILE: models,
    UPLOAD_DIR: directory,
    MAX_UPLOAD_MB: String(LIMIT / 1024 / 1024),
    UPLOAD_ALLOWANCE_MB: String(ALLOWANCE / 1024 / 1024),
  });
});
afterAll(async () => {
  await talk.stop();
  await rm(directory, { recursive: true });
});
beforeEach(async () => {
  await talk.anew();
  alice = talk.alice;
});

const send = (file: SentFile) => upload(talk.app, alice, file);
const contentOf = (id: string, headers: Record<string, string> = {}, { token } = alice) =>
  fetch(`${talk.app.baseUrl}/api/v1/files/${id}/content`, {
    headers: { authorization: `Bearer ${token}`, ...headers },
  });
const bytesOf = async (id: string) => Buffer.from(await (await contentOf(id)).arrayBuffer());

/** Whatever lies anywhere in the folder of the uploads. */
async function kept(): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

/** As far as its head tells. */
function pngOf(width: number, height: number): Buffer {
  const size = Buffer.alloc(8);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  const chunk = (type: string, data: Buffer) => {
    const framed = Buffer.alloc(12 + data.length);
    framed.writeUInt32BE(data.length, 0);
    Buffer.concat([Buffer.from(type), data]).copy(framed, 4);
    framed.writeUInt32BE(crc32(framed.subarray(4, 8 + data.length)), 8 + data.length);
    return framed;
  };
  const head = Buffer.concat([size, Buffer.from('0800000000', 'hex')]);
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', deflateSync(Buffer.alloc(100)))]);
}

describe('takes', () => {
  it.each(['png', 'jpeg', 'webp', 'gif'] as const)('a picture as %s, whatever it is called', async (format) => {
    const answer = await send({ name: 'notes.txt', type: 'text/html', bytes: await picture(format, 12, 7) });
    expect(answer.status).toBe(201);
    expect(answer.body.data).toEqual({
      ...{ id: expect.any(String), name: 'notes.txt', type: `image/${format}`, size: expect.any(Number) },
      ...{ width: 12, height: 7, created_at: talk.app.clock.date().toISOString() },
    });
    const { id, size } = answer.body.data;
    const served = await contentOf(id);
    expect(Object.fromEntries(served.headers)).toMatchObject({
      ...{ 'content-type': `image/${format}`, 'content-length': String(size), 'x-content-type-options': 'nosniff' },
      ...{ 'content-disposition': 'inline; filename=notes.txt', 'cache-control': 'private, no-cache, no-transform' },
    });
    expect(await sharp(Buffer.from(await served.arrayBuffer())).metadata()).toMatchObject({ format, width: 12 });
    const { token } = alice;
    expect((await talk.app.api.get<Reply>(`/api/v1/files/${id}`, { token })).body.data).toEqual(answer.body.data);
  });

  it('a text as it is, and serves it as nothing but text', async () => {
    const words = 'Zeile\r\n第二行 🌍';
    const file = await uploaded(talk.app, alice, { name: '../../etc/笔记 "1".md', bytes: words });
    expect(file).toMatchObject({ name: '笔记 "1".md', type: 'text/plain', size: Buffer.byteLength(words) });
    expect(file).not.toHaveProperty('width');
    const served = await contentOf(file.id);
    expect(served.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(served.headers.get('content-disposition')).toMatch(/^attachment; .*filename\*=UTF-8''%E7%AC%94/);
    expect(await served.text()).toBe(words);
  });

  it.each(['C:\\temp\\a.txt', '../a.txt', '/a.txt', 'a.txt\u202e'])('%j under a name of its own', async (name) => {
    const file = await uploaded(talk.app, alice, { name, bytes: 'hello' });
    expect(file.name).toBe('a.txt');
    expect(await kept()).toContain(file.id);
  });

  it('as much of a name as a name may be', async () => {
    const { name } = await uploaded(talk.app, alice, { name: `${'n'.repeat(10_000)}.txt`, bytes: 'hello' });
    expect(name).toBe('n'.repeat(255));
  });

  it('a photograph upright and without where it was taken', async () => {
    const photo = await sharp(await picture('jpeg', 40, 20))
      .withExif({ IFD0: { Copyright: 'canary-owner' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' } })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    expect((await sharp(photo).metadata()).orientation).toBe(6);
    const { id, width, height } = await uploaded(talk.app, alice, { bytes: photo });
    expect([width, height]).toEqual([20, 40]);
    const bytes = await bytesOf(id);
    const { orientation, exif, xmp } = await sharp(bytes).metadata();
    expect([orientation, exif, xmp]).toEqual([undefined, undefined, undefined]);
    expect(bytes.includes('canary')).toBe(false);
  });

  it('of a picture that is something else as well the picture alone', async () => {
    const bytes = Buffer.concat([await picture('gif'), Buffer.from('\n%PDF-1.7 <script>canary</script>')]);
    const { id } = await uploaded(talk.app, alice, { bytes });
    expect((await bytesOf(id)).includes('canary')).toBe(false);
  });

  it('a file of exactly the limit, and of one byte more nothing', async () => {
    expect((await send({ bytes: 'x'.repeat(LIMIT) })).status).toBe(201);
    expect(outcome(await send({ bytes: 'x'.repeat(LIMIT + 1) }))).toBe('413 PAYLOAD_TOO_LARGE');
  });
});

describe('refuses', () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';

  it.each<[string, SentFile]>([
    ['an SVG', { name: 'a.png', bytes: svg }],
    ['an SVG with a head', { name: 'a.svg', bytes: `<?xml version="1.0"?>\n<!DOCTYPE svg>${svg}` }],
    ['HTML', { name: 'a.png', bytes: '\ufeff \n<!doctype html><script>alert(1)</script>' }],
    ['a script', { name: 'a.txt', bytes: '<script>alert(1)</script>' }],
    ['a PDF', { name: 'a.png', bytes: '%PDF-1.7\n1 0 obj' }],
    ['a PDF that calls itself a GIF', { name: 'a.gif', bytes: 'GIF89a%PDF-1.7\n1 0 obj' }],
    ['an archive', { name: 'a.txt', bytes: Buffer.from('504b030414000000', 'hex') }],
    ['a program', { name: 'a.txt', bytes: Buffer.from('7f454c4602010100', 'hex') }],
    ['a text that was said to be an image', { name: 'a.png', type: 'image/png', bytes: 'hello' }],
    ['a text with NUL', { bytes: 'a\0b' }],
    ['a text that is not UTF-8', { bytes: Buffer.from('ff41', 'hex') }],
    ['a text cut within a character', { bytes: Buffer.from('世界').subarray(0, 4) }],
    ['half a picture', { bytes: Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex') }],
  ])('%s', async (_, file) => {
    const refused = await send(file);
    expect(outcome(refused)).toBe('415 UNSUPPORTED_MEDIA_TYPE');
    expect(refused.body.error.message).toMatch(/texts in UTF-8|cannot be read/);
    expect(outcome(await send({ ...file, bytes: '' }))).toBe(invalid('file'));
  });

  it('a picture of more pixels than fit into memory', async () => {
    const small = pngOf(7_100, 7_100);
    expect(outcome(await send({ bytes: small }))).toBe(invalid('file'));
  });

  it.each<[string, FormData, string]>([
    ['no file', formOf([]), invalid('file')],
    ['two files', formOf([{ bytes: 'a' }, { bytes: 'b' }]), invalid('file')],
    ['a file in another field', formOf([{ bytes: 'a' }], 'attachment'), invalid('attachment')],
  ])('a form of %s', async (_, form, expected) => {
    if (form.keys().next().done) form.append('file', 'no file');
    expect(outcome(await sendForm(talk.app, '/api/v1/files', alice, form))).toBe(expected);
  });

  it('what is no form', async () => {
    const asked = async (type: string, body: string) =>
      outcome(
        await talk.app.api.post<Reply>('/api/v1/files', body, {
          token: alice.token,
          headers: { 'content-type': type },
        }),
      );
    expect(await asked('application/json', '{"file":"x"}')).toBe(invalid('file'));
    expect(await asked('application/octet-stream', 'x')).toBe('415 UNSUPPORTED_MEDIA_TYPE');
    expect(await asked('multipart/form-data', 'x')).toBe('400 VALIDATION_ERROR');
    expect(await asked('multipart/form-data; boundary=b', '--b\r\nContent-Disp')).toMatch(/^4(00|22) /);
    const elsewhere = await talk.app.api.post<Reply>('/api/v1/conversations', '--b--', {
      ...{ token: alice.token, headers: { 'content-type': 'multipart/form-data; boundary=b' } },
    });
    expect(elsewhere.status).toBe(415);
  });

  it('an upload that breaks off, of which nothing stays', async () => {
    const before = await kept();
    await new Promise<void>((resolve) => {
      const cut = request(`${talk.app.baseUrl}/api/v1/files`, {
        method: 'POST',
        headers: { authorization: `Bearer ${alice.token}`, 'content-type': 'multipart/form-data; boundary=b' },
      });
      cut.on('error', () => resolve());
      cut.write('--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n');
      cut.write(
        'x'.repeat(1_000),
        () => void eventually(async () => (await kept()).length === before.length + 1).then(() => cut.destroy()),
      );
    });
    await eventually(async () => (await kept()).length === before.length);
  });

  it('what the allowance has no room for, also where many come at once', async () => {
    const before = await kept();
    const answers = await Promise.all(Array.from({ length: 7 }, () => send({ bytes: 'x'.repeat(LIMIT) })));
    expect(answers.map(outcome).sort()).toEqual([
      ...Array.from({ length: ALLOWANCE / LIMIT }, () => '201'),
      ...Array.from({ length: 3 }, () => '413 PAYLOAD_TOO_LARGE'),
    ]);
    expect((await kept()).length).toBe(before.length + ALLOWANCE / LIMIT);
    const { id } = answers.find(({ status }) => status === 201)?.body.data as FileView;
    expect((await talk.app.api.delete<Reply>(`/api/v1/files/${id}`, undefined, { token: alice.token })).status).toBe(
      200,
    );
    expect((await send({ bytes: 'x'.repeat(LIMIT) })).status).toBe(201);
    expect((await send({ bytes: 'x' })).status).toBe(413);
  });
});

describe('serves', () => {
  let file: FileView;
  let etag: string;
  beforeEach(async () => {
    file = await uploaded(talk.app, alice, { bytes: '0123456789' });
    etag = (await contentOf(file.id)).headers.get('etag') ?? '';
  });

  it.each<[Record<string, string>, number, string, string | null]>([
    [{ range: 'bytes=2-4' }, 206, '234', 'bytes 2-4/10'],
    [{ range: 'bytes=7-' }, 206, '789', 'bytes 7-9/10'],
    [{ range: 'bytes=-2' }, 206, '89', 'bytes 8-9/10'],
    [{ range: 'bytes=5-500' }, 206, '56789', 'bytes 5-9/10'],
    [{ range: 'bytes=0-1,4-5' }, 200, '0123456789', null],
    [{ range: 'lines=1-2' }, 200, '0123456789', null],
    [{ range: 'bytes=x' }, 200, '0123456789', null],
    [{ range: 'bytes=2-4', 'if-range': '"another"' }, 200, '0123456789', null],
  ])('%j with %d', async (headers, status, words, range) => {
    const answer = await contentOf(file.id, headers);
    expect([answer.status, await answer.text(), answer.headers.get('content-range')]).toEqual([status, words, range]);
    expect(answer.headers.get('content-length')).toBe(String(words.length));
  });

  it('no bytes beyond its end', async () => {
    const answer = await contentOf(file.id, { range: 'bytes=10-' });
    expect([answer.status, answer.headers.get('content-range')]).toEqual([416, 'bytes */10']);
  });

  it('nothing anew to who has it', async () => {
    expect((await contentOf(file.id, { 'if-none-match': etag })).status).toBe(304);
    expect((await contentOf(file.id, { 'if-none-match': '"another"' })).status).toBe(200);
    expect((await contentOf(file.id, { range: 'bytes=1-2', 'if-range': etag })).status).toBe(206);
  });

  it('its owner alone', async () => {
    const tried = [file.id, newId(), 'not-an-id'].flatMap((id) => [`/${id}`, `/${id}/content`]);
    for (const path of tried) {
      expect(outcome(await talk.app.api.get<Reply>(`/api/v1/files${path}`, { token: talk.bob.token }))).toBe(NOT_FOUND);
    }
    const stolen = await talk.app.api.delete<Reply>(`/api/v1/files/${file.id}`, undefined, { token: talk.bob.token });
    expect(outcome(stolen)).toBe(NOT_FOUND);
    expect((await contentOf(file.id.toUpperCase())).status).toBe(200);
  });

  it('API keys as far as they go', async () => {
    const { key } = await makeApiKey(talk.app, alice, { scopes: ['read'] });
    expect((await contentOf(file.id, {}, { ...alice, token: key })).status).toBe(200);
    expect(outcome(await upload(talk.app, { token: key }, { bytes: 'x' }))).toBe(FORBIDDEN);
  });
});

describe('with a message', () => {
  const ask = (conversation: string, attachments: readonly string[], more: object = {}) =>
    talk.send(conversation, { content: 'What is it?', attachments, ...more });
  const toldUpstream = () => talk.upstream.calls.at(-1)?.body?.messages ?? [];
  const SEEING = { model: 'seeing' };

  it('reach the model: pictures as parts, texts as words', async () => {
    const [image, text] = [
      await uploaded(talk.app, alice, { name: 'red.png', bytes: await picture('png') }),
      await uploaded(talk.app, alice, { name: 'list.txt', bytes: 'milk and honey' }),
    ];
    const conversation = await talk.begin(SEEING);
    const sent = await ask(conversation, [text.id.toUpperCase(), image.id, text.id]);
    expect(sent.status).toBe(201);
    expect(sent.body.data.user_message).toMatchObject({ type: 'image', attachments: [text.id, image.id] });
    const url = `data:image/png;base64,${(await bytesOf(image.id)).toString('base64')}`;
    const asked = [
      { type: 'text', text: '<file name="list.txt">\nmilk and honey\n</file>\n\nWhat is it?' },
      { type: 'image_url', image_url: { url } },
    ];
    expect(toldUpstream()).toEqual([{ role: 'user', content: asked }]);

    await talk.send(conversation, { content: 'And now?' });
    expect(toldUpstream()[0]).toEqual({ role: 'user', content: asked });
    const answer = sent.body.data.assistant_message?.id ?? '';
    await talk.post(`messages/${answer}/regenerate`, {});
    expect(toldUpstream()).toEqual([{ role: 'user', content: asked }]);
    const question = sent.body.data.user_message?.id ?? '';
    const rephrased = await talk.put<{ user_message: object }>(`messages/${question}`, {
      content: 'Why?',
      regenerate: true,
    });
    expect(rephrased.body.data.user_message).toMatchObject({ content: 'Why?', attachments: [text.id, image.id] });
    expect(JSON.stringify(toldUpstream())).toContain(url);
  });

  it.each([
    {
      name: 'a stream',
      ask: async (conversation: string, message: object) => {
        await (await talk.stream(conversation, message)).rest();
      },
    },
    ...ways.map(({ name, open }) => ({
      name,
      ask: async (conversation: string, message: object) => {
        const socket = await open(talk.app.baseUrl, alice.token);
        socket.say('chat_message', { conversation_id: conversation, ...message });
        await socket.inbox.answer();
        await socket.leave();
      },
    })),
  ])('reach it over $name too', async ({ ask: askOver }) => {
    const { id } = await uploaded(talk.app, alice, { name: 'list.txt', bytes: 'milk and honey' });
    await askOver(await talk.begin(SEEING), { content: 'What is it?', attachments: [id] });
    const asked = '<file name="list.txt">\nmilk and honey\n</file>\n\nWhat is it?';
    expect(JSON.stringify(toldUpstream())).toContain(JSON.stringify(asked));
  });

  it('are told of where the model of a later turn has no eyes, and refused where it is asked about them', async () => {
    const image = await uploaded(talk.app, alice, { name: 'red.png', bytes: await picture('png') });
    const conversation = await talk.begin(SEEING);
    const blind = { model: 'blind' };
    const used = async () => talk.upstream.calls.length;
    const before = await used();
    expect(outcome(await ask(conversation, [image.id], blind))).toBe(invalid('attachments'));
    expect(await used()).toBe(before);
    const sent = await ask(conversation, [image.id]);
    const answer = sent.body.data.assistant_message?.id ?? '';
    expect(outcome(await talk.post(`messages/${answer}/regenerate`, blind))).toBe(invalid('model'));
    expect((await talk.send(conversation, { content: 'Thanks', ...blind })).status).toBe(201);
    expect(toldUpstream()[0]).toEqual({ role: 'user', content: 'What is it?\n[image "red.png"]' });
  });

  it('are refused unless they are there and the sender’s own, and nothing is sent', async () => {
    const others = await uploaded(talk.app, talk.bob, { bytes: 'secret' });
    const own = await uploaded(talk.app, alice, { bytes: 'mine' });
    const conversation = await talk.begin(SEEING);
    for (const attachments of [[others.id], [own.id, newId()]]) {
      expect(outcome(await ask(conversation, attachments))).toBe(invalid('attachments'));
    }
    expect(
      outcome(
        await ask(
          conversation,
          Array.from({ length: 11 }, () => own.id),
        ),
      ),
    ).toBe(invalid('attachments'));
    expect(outcome(await ask(conversation, [own.id], { role: 'system' }))).toBe(invalid('attachments'));
    expect(await talk.answerIn(conversation)).toBeUndefined();
  });

  it('are left out once they are deleted', async () => {
    const { id } = await uploaded(talk.app, alice, { name: 'list.txt', bytes: 'milk' });
    const conversation = await talk.begin(SEEING);
    await ask(conversation, [id]);
    await talk.app.api.delete(`/api/v1/files/${id}`, undefined, { token: alice.token });
    await talk.send(conversation, { content: 'And now?' });
    expect(toldUpstream()[0]).toEqual({ role: 'user', content: 'What is it?' });
  });

  it('are one send under one key, and another with others', async () => {
    const { id } = await uploaded(talk.app, alice, { bytes: 'milk' });
    const conversation = await talk.begin();
    const headers = { 'idempotency-key': 'k1' };
    const send = (attachments: readonly string[]) =>
      talk.send(conversation, { content: 'hi', attachments }, { headers });
    expect([(await send([id])).status, (await send([id])).status, (await send([])).status]).toEqual([201, 201, 409]);
  });

  it('count in what the turn holds', async () => {
    talk.upstream.answers(says('fine', { usage: null }));
    const { id } = await uploaded(talk.app, alice, { bytes: 'x'.repeat(3_000) });
    const { body } = await ask(await talk.begin(SEEING), [id]);
    expect(body.data.usage.prompt_tokens).toBeGreaterThan(1_000);
  });

  it('go with their conversation, unless another has them', async () => {
    const [one, both] = [
      await uploaded(talk.app, alice, { bytes: 'one' }),
      await uploaded(talk.app, alice, { bytes: 'both' }),
    ];
    const [first, second] = [await talk.begin(), await talk.begin()];
    await ask(first, [one.id, both.id]);
    await ask(second, [both.id]);
    const gone = async (conversation: string) => {
      await talk.app.api.delete(`/api/v1/conversations/${conversation}`, undefined, { token: alice.token });
    };
    await gone(first);
    await eventually(async () => !(await kept()).includes(one.id));
    expect((await contentOf(one.id)).status).toBe(404);
    expect((await contentOf(both.id)).status).toBe(200);
    await gone(second);
    await eventually(async () => !(await kept()).includes(both.id));
  });
});

describe('the collection', () => {
  const collect = () => Promise.all([1, 2].map(() => talk.app.nest.get(FileCollection).collect()));

  it('takes what was forgotten for a day, and nothing that a message came with', async () => {
    const [forgotten, attached] = [
      await uploaded(talk.app, alice, { bytes: 'forgotten' }),
      await uploaded(talk.app, alice, { bytes: 'attached' }),
    ];
    await talk.send(await talk.begin(), { content: 'hi', attachments: [attached.id] });
    talk.app.clock.advance(24 * 3_600_000);
    await collect();
    expect(await kept()).toEqual(expect.arrayContaining([forgotten.id, attached.id]));
    talk.app.clock.advance(1);
    await collect();
    expect(await kept()).not.toContain(forgotten.id);
    expect(await kept()).toContain(attached.id);
  });

  it('takes what an account has left as it goes', async () => {
    const person = await register(talk.app);
    const others = await uploaded(talk.app, alice, { bytes: 'stays' });
    const left = [
      await uploaded(talk.app, person, { bytes: 'left behind' }),
      await uploaded(talk.app, person, { bytes: 'and attached' }),
    ].map(({ id }) => id);
    const { password, token } = person;
    await talk.send(await talk.begin({}, person), { content: 'hi', attachments: left.slice(1) }, { token });
    const gone = await talk.app.api.delete<Reply>('/api/v1/users/me', { password }, { token });
    expect(gone.body.data).toMatchObject({ removed: { files: 2 } });
    expect(await kept()).toContain(others.id);
    expect((await kept()).filter((name) => left.includes(name))).toEqual([]);
  });
});
