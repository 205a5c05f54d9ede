import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAuthServices } from './auth-services';
import { commandLine } from '../harness/command-line';
import { createTestDatabase } from '../harness/database';
import { TestClock } from '../harness/test-clock';

it('makes, promotes, demotes and lists users, and replaces their passwords, all of it audited', async () => {
  const database = await createTestDatabase();
  const directory = await mkdtemp(join(tmpdir(), 'chatgpt-backend-cli-'));
  const run = commandLine(directory, database.url);
  const cli = (words: string, input?: string) => run(words.split(' '), input);

  const made = await cli('user create Ada --email ada@example.org --admin');
  const [, generated = ''] = /: (\S{24})\n/.exec(made.output) ?? [];
  expect(await cli('user create bob --password-stdin', 'a good password\n')).toMatchObject({ status: 0 });
  expect(await cli('user create eve --password a-good-password')).toMatchObject({ status: 1, output: '' });
  expect(await cli('user demote ADA')).toEqual({
    status: 1,
    output: '',
    errors: 'The last admin must remain an active one\n',
  });
  expect(await cli('user promote bob')).toMatchObject({ status: 0 });
  expect(await cli('user demote ada')).toMatchObject({ status: 0 });
  expect(await cli('user reset-password bob --password-stdin', 'another password')).toMatchObject({ status: 0 });
  const listed = (await cli('user list')).output.trimEnd().split('\n');
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
