import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureDevelopmentKeys } from './development-keys';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'development-keys-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

it('makes two keys of 32 bytes that only their owner can read, and keeps them', () => {
  const data = join(directory, 'not', 'yet', 'there');
  const keys = ensureDevelopmentKeys(data);
  expect(Buffer.from(keys.SECRET_KEY, 'base64')).toHaveLength(32);
  expect(keys.ENCRYPTION_KEY).toHaveLength(32);
  expect(keys.ENCRYPTION_KEY.toString('base64')).not.toBe(keys.SECRET_KEY);
  expect(readdirSync(data).map((file) => statSync(join(data, file)).mode & 0o777)).toEqual([0o600, 0o600]);
  expect(ensureDevelopmentKeys(data)).toEqual(keys);
});

it('says which file to delete when it holds no key', () => {
  writeFileSync(join(directory, 'encryption.key'), 'cut of');
  expect(() => ensureDevelopmentKeys(directory)).toThrow(/encryption\.key.*delete/);
});

it('fails where nothing can be written', () => {
  writeFileSync(join(directory, 'file'), '');
  expect(() => ensureDevelopmentKeys(join(directory, 'file', 'data'))).toThrow(/ENOTDIR/);
});

it('gives processes that start together the same keys', async () => {
  const rounds = 40;
  const script = join(directory, 'race.cjs');
  writeFileSync(
    script,
    `const { ensureDevelopmentKeys } = require(${JSON.stringify(join(__dirname, 'development-keys.ts'))});
     process.send('ready');
     process.once('message', () => {
       let made;
       try {
         made = Array.from({ length: ${rounds} }, (_, i) => ensureDevelopmentKeys(${JSON.stringify(directory)} + '/' + i))
           .map((keys) => keys.SECRET_KEY + keys.ENCRYPTION_KEY.toString('base64'));
       } catch (error) {
         made = [error.message];
       }
       process.send(made, () => process.disconnect());
     });`,
  );
  const children = Array.from({ length: 3 }, () => fork(script, { execArgv: ['-r', '@swc-node/register'] }));
  await Promise.all(children.map((child) => once(child, 'message')));
  const answers = Promise.all(children.map(async (child) => (await once(child, 'message'))[0] as string[]));
  children.forEach((child) => child.send('go'));
  const [first, ...others] = await answers;
  expect(new Set(first).size).toBe(rounds);
  expect(others).toEqual([first, first]);
  for (let i = 0; i < rounds; i++) expect(readdirSync(join(directory, String(i)))).toHaveLength(2);
}, 30_000);
