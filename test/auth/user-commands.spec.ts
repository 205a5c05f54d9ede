import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { startAuthServices } from './auth-services';
import { createTestDatabase } from '../harness/database';
import { TestClock } from '../harness/test-clock';

const root = join(__dirname, '../..');

/** As the operator runs it. */
async function run(environment: Readonly<Record<string, string>>, words: string, input = '') {
  const child = spawn(process.execPath, ['dist/apps/cli/src/main.js', ...words.split(' ')], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', NODE_ENV: 'test', ...environment },
  });
  child.stdin.end(input);
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { out, errors, status: child.exitCode };
}

it('makes, promotes, demotes and lists users, and replaces their passwords, all of it audited', async () => {
  const database = await createTestDatabase();
  const directory = await mkdtemp(join(tmpdir(), 'chatgpt-backend-cli-'));
  const cli = (words: string, input?: string) => run({ DATABASE_URL: database.url, DATA_DIR: directory }, words, input);

  const made = await cli('user create Ada --email ada@example.org --admin');
  const [, generated = ''] = /: (\S{24})\n/.exec(made.out) ?? [];
  expect(await cli('user create bob --password-stdin', 'a good password\n')).toMatchObject({ status: 0 });
  expect(await cli('user create eve --password a-good-password')).toMatchObject({ status: 1, out: '' });
  expect(await cli('user demote ADA')).toEqual({
    status: 1,
    out: '',
    errors: 'The last admin must remain an active one\n',
  });
  expect(await cli('user promote bob')).toMatchObject({ status: 0 });
  expect(await cli('user demote ada')).toMatchObject({ status: 0 });
  expect(await cli('user reset-password bob --password-stdin', 'another password')).toMatchObject({ status: 0 });
  const listed = (await cli('user list')).out.trimEnd().split('\n');
  expect(listed.map((line) => line.split('\t').slice(1))).toEqual([
    ['bob', '-', 'active', 'admin,user'],
    ['Ada', 'ada@example.org', 'active', 'user'],
  ]);

  const services = await startAuthServices({ databaseUrl: database.url, clock: new TestClock() });
  await expect(services.signIn.login({ login: 'ada', password: generated })).resolves.toBeDefined();
  await expect(services.signIn.login({ login: 'bob', password: 'another password' })).resolves.toBeDefined();
  const { entries } = await services.audit.search({ limit: 100 });
  const byOperator = entries.filter(({ details }) => 'via' in details && details.via === 'cli');
  expect(byOperator.map(({ action, actor }) => [action, actor])).toEqual([
    ['auth.password_reset', null],
    ['user.updated', null],
    ['user.updated', null],
    ['user.created', null],
    ['user.created', null],
  ]);
  await services.close();
  await database.drop();
  await rm(directory, { recursive: true });
}, 60_000);
