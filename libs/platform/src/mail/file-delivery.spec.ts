import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '#kernel';
import { readMail } from '../../../../test/harness/read-mail';
import { fileDelivery } from './file-delivery';

const LINK = `https://chat.example/reset-password?token=${'x'.repeat(86)}`;
const MAIL = { to: 'bob@example.org', subject: '第一', text: `打开\n${LINK}\n`, html: '<p>for mail programs</p>' };

let parent: string;
let folder: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'mail-'));
  folder = join(parent, 'made', 'for them');
});
afterEach(() => rm(parent, { recursive: true }));

describe('mails as files', () => {
  it('are in a folder that is made for them, in order, for their owner alone', async () => {
    const deliver = fileDelivery(folder, 'no-reply@chat.example');
    const first = await deliver(newId(), MAIL);
    const second = await deliver(newId(), { ...MAIL, subject: 'Second' });
    const paths = (await readdir(folder)).sort().map((file) => join(folder, file));
    expect(paths.map((path) => `written to ${path}`)).toEqual([first, second]);
    const contents = await Promise.all(paths.map((path) => readFile(path)));
    expect(contents.map((content) => readMail(content).headers.get('subject'))).toEqual(['第一', 'Second']);
    for (const path of paths) expect((await stat(path)).mode & 0o077).toBe(0);
  });

  it('have links that work as they stand', async () => {
    await fileDelivery(folder, 'no-reply@chat.example')('one', MAIL);
    const content = await readFile(join(folder, 'one.eml'));
    expect(content.toString()).toContain(`\r\n\r\n打开\r\n${LINK}\r\n`);
    expect(readMail(content).text).toBe(`打开\r\n${LINK}\r\n`);
  });
});
