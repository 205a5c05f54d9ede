import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { type ServerProcess, startProcess } from '../../harness/start-process';

const MB = 1024 * 1024;
const FILE_BYTES = 64 * MB;
const MESSAGE_BYTES = 5_000;
/** It has to hold one conversation several times, and twice the file would not fit. */
const MOST_GROWTH = 120 * MB;

let server: ServerProcess;
beforeAll(async () => {
  server = await startProcess();
  await server.says('the demo model answers');
});
afterAll(() => server.dispose());

async function peakBytes(): Promise<number> {
  const status = await readFile(`/proc/${server.child.pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) * 1024;
}

async function token(): Promise<string> {
  const person = { username: 'alice', email: 'alice@example.com', password: 'correct-horse-battery' };
  const answer = await fetch(`${server.baseUrl}/api/v1/auth/register`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(person) },
  });
  return ((await answer.json()) as { data: { access_token: string } }).data.access_token;
}

function* conversations() {
  for (let sent = 0, count = 1; sent < FILE_BYTES; count++) {
    const messages = Array.from({ length: count % 100 === 2 ? 1_000 : 20 }, (_, place) => ({
      ...{ id: `${place}`, parent_id: place === 0 ? null : `${place - 1}`, role: 'user' },
      content: randomBytes(MESSAGE_BYTES * 0.75).toString('base64'),
    }));
    const text = Buffer.from(`${count === 1 ? '[' : ','}${JSON.stringify({ id: `c${count}`, messages })}`);
    sent += text.length;
    yield text;
  }
  yield Buffer.from(']');
}

(process.platform === 'linux' ? it : it.skip)('an import takes memory for a part of its file at a time', async () => {
  const headers = { authorization: `Bearer ${await token()}`, 'content-type': 'application/json' };
  const before = await peakBytes();
  const answer = await fetch(`${server.baseUrl}/api/v1/conversations/import`, {
    ...{ method: 'POST', headers, body: Readable.toWeb(Readable.from(conversations())), duplex: 'half' },
  });
  expect([answer.status, await answer.json()]).toMatchObject([201, { data: { skipped: [] } }]);
  expect((await peakBytes()) - before).toBeLessThan(MOST_GROWTH);
});
