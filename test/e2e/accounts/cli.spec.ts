import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditLog } from '#audit';
import { freshName, PASSWORD, register, signIn } from '../../factories/people';
import { commandLine } from '../../harness/command-line';
import { createTestDatabase } from '../../harness/database';
import type { TestDatabase } from '../../harness/databases/test-database';
import { FORBIDDEN, outcome, type Reply, UNAUTHENTICATED } from '../../harness/reply';
import { startApp, type TestApp } from '../../harness/start-app';

const KEPT_MS = 3_000;

let database: TestDatabase;
let directory: string;
let app: TestApp;
let cli: ReturnType<typeof commandLine>;

beforeAll(async () => {
  database = await createTestDatabase();
  directory = await mkdtemp(join(tmpdir(), 'chatgpt-backend-cli-'));
  cli = commandLine(directory, database.url);
  app = await startApp({ database });
});
afterAll(async () => {
  await app.stop();
  await database.drop();
  await rm(directory, { recursive: true });
});

const login = async (username: string, password: string): Promise<string> =>
  outcome(await app.api.post<Reply>('/api/v1/auth/login', { username, password }));
const users = async (token: string): Promise<string> =>
  outcome(await app.api.get<Reply>('/api/v1/admin/users', { token }));

describe('the command line', () => {
  it('tells its commands', async () => {
    const { output, status } = await cli(['--help']);
    expect(status).toBe(0);
    for (const name of ['create', 'list', 'promote', 'demote', 'reset-password'])
      expect(output).toContain(`user ${name}`);
  });

  it('makes an admin with a password that it shows once', async () => {
    const name = freshName('operator');
    const { status, output } = await cli(['user', 'create', name, '--email', `${name}@example.org`, '--admin']);
    expect(status).toBe(0);
    const [, password = ''] = /Password, shown this once: (\S+)/.exec(output) ?? [];
    const { token, id } = await signIn(app, { username: name, password });
    expect(await users(token)).toBe('200');
    const { entries } = await app.nest.get(AuditLog).search({ target: id, action: 'user.created', limit: 1 });
    expect(entries).toMatchObject([{ actor: null, details: { via: 'cli', roles: ['user', 'admin'] } }]);
  });

  it('makes a user without an address, with a password that it is given', async () => {
    const name = freshName('typed');
    const { status, output } = await cli(['user', 'create', name, '--password-stdin'], `${PASSWORD}\n`);
    expect([status, output.includes(PASSWORD)]).toEqual([0, false]);
    expect(await login(name, PASSWORD)).toBe('200');
  });

  it.each([
    ['a name that is taken', ['user', 'create', 'TAKEN', '--password-stdin'], PASSWORD, 'username is taken'],
    ['a short password', ['user', 'create', 'shorty', '--password-stdin'], 'short', 'password must have 8 to 128'],
    ['no name', ['user', 'create'], '', 'one NAME'],
    ['nobody', ['user', 'promote', 'nobody'], '', 'There is no such resource'],
    ['an unknown option', ['user', 'create', 'someone', '--role=admin'], '', '--role'],
    ['an unknown command', ['user', 'explode'], '', "no command 'user explode'"],
  ])('refuses %s: %j', async (_what, words, input, message) => {
    await register(app, { username: 'taken' }).catch(() => undefined);
    const { status, output, errors } = await cli(words, input);
    expect([status, output]).toEqual([1, '']);
    expect(errors).toContain(message);
    expect(errors).not.toContain('    at ');
  });

  it('promotes and demotes, which a running server knows within three seconds', async () => {
    await cli(['user', 'create', freshName('another'), '--admin']);
    const person = await register(app);
    expect(await users(person.token)).toBe(FORBIDDEN);
    expect((await cli(['user', 'promote', person.username.toUpperCase()])).output).toContain('admin, user');
    app.clock.advance(KEPT_MS);
    expect(await users(person.token)).toBe('200');
    expect((await cli(['user', 'demote', person.username])).output).toContain('has the roles user.');
    app.clock.advance(KEPT_MS);
    expect(await users(person.token)).toBe(FORBIDDEN);
  });

  it('lists users, or those of a name', async () => {
    const person = await register(app);
    const { output } = await cli(['user', 'list', person.username.toUpperCase()]);
    expect(output.trim().split('\t')).toEqual([person.id, person.username, person.email, 'active', 'user']);
    expect((await cli(['user', 'list'])).output).toContain(person.username);
  });

  it('resets a password and ends every session', async () => {
    const person = await register(app);
    const { output } = await cli(['user', 'reset-password', person.username]);
    const [, password = ''] = /Password, shown this once: (\S+)/.exec(output) ?? [];
    app.clock.advance(KEPT_MS);
    expect(outcome(await app.api.get<Reply>('/api/v1/users/me', { token: person.token }))).toBe(UNAUTHENTICATED);
    expect([await login(person.username, PASSWORD), await login(person.username, password)]).toEqual([
      UNAUTHENTICATED,
      '200',
    ]);
  });

  it('leaves the last admin an admin', async () => {
    const { output } = await cli(['user', 'list']);
    const admins = output.split('\n').flatMap((line) => (line.includes('admin,') ? (line.split('\t')[1] ?? []) : []));
    const last = admins.pop() ?? '';
    for (const name of admins) expect((await cli(['user', 'demote', name])).status).toBe(0);
    const { status, errors } = await cli(['user', 'demote', last]);
    expect([status, errors.trim()]).toEqual([1, 'The last admin must remain an active one']);
  });
});
