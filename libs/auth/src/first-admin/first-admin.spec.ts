import { type AuthServices, startAuthServices } from '../../../../test/auth/auth-services';
import { signUp } from '../../../../test/auth/people';
import { createTestDatabase } from '../../../../test/harness/database';
import type { TestDatabase } from '../../../../test/harness/databases/test-database';
import { TestClock } from '../../../../test/harness/test-clock';
import { UserDirectory } from '../administration/user-directory';

const ADA = { username: 'ada', email: 'ada@example.org', password: 'a good password' };

let database: TestDatabase;
const started: AuthServices[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
});

afterEach(async () => {
  await Promise.all(started.splice(0).map((services) => services.close()));
  await database.drop();
});

async function boot(firstAdmin?: typeof ADA): Promise<AuthServices> {
  const services = await startAuthServices({
    databaseUrl: database.url,
    clock: new TestClock(),
    config: { firstAdmin },
  });
  started.push(services);
  return services;
}

async function admins(services: AuthServices): Promise<string[]> {
  const { users } = await services.get(UserDirectory).search({ role: 'admin', page: 1, size: 10 });
  return users.map(({ username }) => username);
}

it('is there after the first start, may sign in, and is in the audit log', async () => {
  const services = await boot(ADA);
  const { user } = await services.signIn.login({ login: 'ada', password: ADA.password });
  expect(await services.get(UserDirectory).find(user.id)).toMatchObject({
    email: ADA.email,
    roles: ['admin', 'user'],
  });
  const { entries } = await services.audit.search({ action: 'user.created', limit: 10 });
  expect(entries).toMatchObject([{ actor: null, target: { id: user.id }, details: { via: 'environment' } }]);
});

it('is one, however many instances begin together and whatever they are told later', async () => {
  await Promise.all(Array.from({ length: 3 }, () => boot(ADA)));
  const later = await boot({ username: 'eve', email: 'eve@example.org', password: 'another password' });
  expect(await admins(later)).toEqual(['ada']);
  await boot({ ...ADA, password: 'another password' });
  await expect(later.signIn.login({ login: 'ada', password: ADA.password })).resolves.toBeDefined();
});

it('is nobody without configuration', async () => {
  expect(await admins(await boot())).toEqual([]);
});

it('is not someone who is there already', async () => {
  const services = await boot();
  await signUp(services, 'ada');
  expect(await admins(await boot({ ...ADA, username: 'ADA' }))).toEqual([]);
  expect(await admins(await boot({ ...ADA, username: 'other' }))).toEqual([]);
});
