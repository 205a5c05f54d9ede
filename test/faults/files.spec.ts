import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Client, Outside } from '../e2e/chat/outside';
import { createTestDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/databases/test-database';
import { openDb, type OpenDb } from '../harness/open-db';
import type { Reply } from '../harness/reply';
import { startUpstream, type Upstream } from '../harness/upstream';

const FORM = 'multipart/form-data; boundary=x';
const FILE = 'Content-Disposition: form-data; name="file"; filename="a.txt"\r\n';

let database: TestDatabase;
let tables: OpenDb;
let upstream: Upstream;
let server: Outside;
let alice: Client;

beforeAll(async () => {
  [database, upstream] = await Promise.all([createTestDatabase(), startUpstream()]);
  server = await Outside.start(database, upstream);
  tables = await openDb(database.url);
  alice = await server.register();
}, 60_000);
afterAll(async () => {
  await server.server.dispose();
  await Promise.all([upstream.close(), tables.close()]);
  await database.drop();
});

async function post(path: string, body: string, type: string): Promise<string> {
  const answer = await fetch(`${server.server.baseUrl}/api/v1/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${alice.token}`, 'content-type': type },
    body,
  });
  const { success, error } = (await answer.json()) as Reply;
  return success ? String(answer.status) : `${answer.status} ${error.code}`;
}

const manyParts = Array.from({ length: 5_000 }, (_, at) => `--x\r\n${named(`f${at}`)}\r\nv\r\n`).join('');
function named(name: string): string {
  return `Content-Disposition: form-data; name="${name}"\r\n`;
}

describe.each(['files', 'conversations/import'])('a form at %s', (path) => {
  it.each<[string, string, string?]>([
    ['ends within its file', `--x\r\n${FILE}\r\n[{"title":"hi`],
    ['ends within the head of its file', `--x\r\n${FILE}`],
    ['ends before its last line', `--x\r\n${FILE}\r\nhi\r\n--x`],
    ['is not there', ''],
    ['is of another boundary', `--y\r\n${FILE}\r\nhi\r\n--y--`],
    ['has no boundary', `--x\r\n${FILE}\r\nhi\r\n--x--`, 'multipart/form-data'],
    ['has a boundary that is too long', `--x`, `multipart/form-data; boundary=${'x'.repeat(300)}`],
    ['has parts without a name', '--x\r\n\r\nhi\r\n--x--'],
    ['has thousands of parts', `${manyParts}--x--`],
    ['has a head of 200 KB', `--x\r\n${named('a'.repeat(200_000))}\r\nhi\r\n--x--`],
    ['has two files', `--x\r\n${FILE}\r\nhi\r\n--x\r\n${FILE}\r\nhi\r\n--x--`],
    ['has a file of another name', `--x\r\n${named('other')}\r\nhi\r\n--x--`],
  ])('that %s is refused, and nothing of it stays', async (_what, body, type = FORM) => {
    const rows = async () => (await tables.db.query('SELECT id FROM files')).length;
    const before = await rows();
    expect(await post(path, body, type)).toMatch(/^4\d\d /);
    expect(await rows()).toBe(before);
    expect(await readdir(join(server.server.directory, 'data/uploads/incoming')).catch(() => [])).toEqual([]);
    // Whatever happens a moment later.
    expect(await post('files', `--x\r\n${FILE}\r\nhi\r\n--x--`, FORM)).toBe('201');
    expect(server.server.child.exitCode).toBeNull();
  });
});
