import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { scripts } from '../../package.json';

const root = join(__dirname, '../..');

let directory: string;

beforeAll(async () => (directory = await mkdtemp(join(tmpdir(), 'chatgpt-backend-migrations-'))));
afterAll(() => rm(directory, { recursive: true }));

async function run(script: 'migration:run' | 'migration:revert'): Promise<string> {
  const child = spawn(scripts[script], {
    cwd: root,
    shell: true,
    env: {
      PATH: process.env['PATH'] ?? '',
      DATA_DIR: directory,
      DATABASE_URL: `sqlite:///${join(directory, 'chatgpt.db')}`,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, errors, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  expect({ status, errors }).toMatchObject({ status: 0 });
  return output;
}

it('goes forward and back by hand, with the packages of a deployment alone', async () => {
  expect(await run('migration:run')).toContain('migration applied');
  expect(await run('migration:revert')).toContain('has been reverted successfully');
  for (const script of ['migration:run', 'migration:revert'] as const) expect(scripts[script]).not.toContain('swc');
});
