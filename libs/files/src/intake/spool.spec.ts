import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { spooledNameless } from './spool';

let directory: string;
beforeAll(async () => (directory = await mkdtemp(join(tmpdir(), 'spool-'))));
afterAll(() => rm(directory, { recursive: true }));

async function* pieces(...texts: readonly string[]): AsyncGenerator<Buffer> {
  for (const piece of texts) yield Promise.resolve(Buffer.from(piece));
}

async function* silence(): AsyncGenerator<Buffer> {
  yield Buffer.from('a word');
  await new Promise(() => undefined);
}

it('leaves nothing behind, whatever becomes of the process', async () => {
  const read = spooledNameless(directory, pieces('one ', 'two'), { maxBytes: 7 }, async (file) => [
    await readdir(directory),
    await text(file.read()),
    await text(file.read()),
  ]);
  await expect(read).resolves.toEqual([[], 'one two', 'one two']);
});

it('takes no more than it may, and waits for nobody for ever', async () => {
  const use = () => Promise.resolve('used');
  await expect(spooledNameless(directory, pieces('one ', 'two'), { maxBytes: 6 }, use)).rejects.toMatchObject({
    kind: 'too_large',
  });
  await expect(spooledNameless(directory, silence(), { maxBytes: 10, stalledAfterMs: 20 }, use)).rejects.toMatchObject({
    kind: 'malformed',
  });
  expect(await readdir(directory)).toEqual([]);
});
