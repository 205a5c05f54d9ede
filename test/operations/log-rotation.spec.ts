import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../harness/eventually';
import { type ServerProcess, startProcess } from '../harness/start-process';

let server: ServerProcess;
let current: string;
let rotated: string;

beforeEach(async () => {
  server = await startProcess({ LOG_FILE: './logs/app.log' });
  current = join(server.directory, 'logs/app.log');
  rotated = `${current}.1`;
  await server.says('Listening');
});
afterEach(() => server.dispose());

const linesOf = async (file: string) =>
  (await readFile(file, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { msg: string; request_id?: string });

/** Answers the ids under which the requests are in the log. */
async function ask(prefix: string, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, at) => `${prefix}-${at}`);
  await Promise.all(ids.map((id) => fetch(`${server.baseUrl}/api/v1/models`, { headers: { 'x-request-id': id } })));
  return ids;
}

it('goes on in a new file once the old one was renamed, and no line is lost', async () => {
  const before = await ask('before', 5);
  await rename(current, rotated);
  const between = await ask('between', 5);
  const during = ask('during', 20);
  server.child.kill('SIGHUP');
  await server.says('opening LOG_FILE anew');
  const after = await ask('after', 5);
  const asked = [...before, ...between, ...(await during), ...after];

  await eventually(async () => (await linesOf(current)).some(({ request_id }) => request_id === 'after-4'));
  const [old, fresh] = [await linesOf(rotated), await linesOf(current)];
  expect([...old, ...fresh].flatMap(({ request_id }) => request_id ?? []).sort()).toEqual(asked.sort());
  const idsOf = (lines: typeof old) => lines.map(({ request_id }) => request_id);
  expect(idsOf(old)).toEqual(expect.arrayContaining([...before, ...between]));
  expect(idsOf(fresh)).toEqual(expect.arrayContaining(after));
});

it('keeps the file it has where a new one cannot be opened', async () => {
  await rename(current, rotated);
  await mkdir(current);
  server.child.kill('SIGHUP');
  await server.says('LOG_FILE cannot be opened');
  await ask('still', 1);
  await eventually(async () => (await linesOf(rotated)).some(({ request_id }) => request_id === 'still-0'));
});
