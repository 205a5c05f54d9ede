import { type AuthServices, startAuthServices } from '../../../../test/auth/auth-services';
import { signUp } from '../../../../test/auth/people';
import { createTestDatabase } from '../../../../test/harness/database';
import type { TestDatabase } from '../../../../test/harness/databases/test-database';
import { TestClock } from '../../../../test/harness/test-clock';
import { type AccountSearch, UserDirectory } from './user-directory';
import { UserAdministration } from './user-administration';

let database: TestDatabase;
let services: AuthServices;
let directory: UserDirectory;

beforeAll(async () => {
  database = await createTestDatabase();
  const clock = new TestClock();
  services = await startAuthServices({ databaseUrl: database.url, clock });
  directory = services.get(UserDirectory);
  await signUp(services, 'ada', ['user', 'admin']);
  const bob = await signUp(services, 'Bob_Straße');
  clock.advance(1_000);
  // Of one time: the later id comes first.
  const cleo = await signUp(services, 'cleo');
  const bobby = await signUp(services, 'bobby');
  const administration = services.get(UserAdministration);
  await administration.update({ via: 'cli' }, bob.id, { plan: 'pro', isVip: true });
  await administration.update({ via: 'cli' }, bobby.id, { isVip: true, vipExpiresAt: new Date(clock.now() + 2_000) });
  await administration.update({ via: 'cli' }, cleo.id, {
    ...{ isActive: false, isVip: true, vipExpiresAt: new Date(clock.now() + 1_000) },
  });
  clock.advance(1_000);
});

afterAll(async () => {
  await services.close();
  await database.drop();
});

async function namesFor(search: Partial<AccountSearch>): Promise<string[]> {
  const { users, total } = await directory.search({ page: 1, size: 100, ...search });
  expect(total).toBe(users.length);
  return users.map(({ username }) => username);
}

it('lists the newest first, page by page, with roles and the total', async () => {
  const first = await directory.search({ page: 1, size: 3 });
  expect(first.users.map(({ username }) => username)).toEqual(['bobby', 'cleo', 'Bob_Straße']);
  const second = await directory.search({ page: 2, size: 3 });
  expect(second.users).toMatchObject([{ username: 'ada', roles: ['admin', 'user'] }]);
  expect([first.total, second.total]).toEqual([4, 4]);
  expect(await directory.search({ page: 3, size: 3 })).toEqual({ users: [], total: 4 });
});

it.each([
  ['a part of names', { search: 'OB' }, ['bobby', 'Bob_Straße']],
  ['another spelling', { search: 'ｂ_STRASSE' }, ['Bob_Straße']],
  ['a part of addresses', { search: 'cleo@EXAMPLE' }, ['cleo']],
  ['a percent sign', { search: 'b%b' }, []],
  ['an underscore', { search: '_' }, ['Bob_Straße']],
  ['an exclamation mark', { search: '!' }, []],
  ['a backslash', { search: '\\' }, []],
  ['a quote', { search: "' OR 1=1 --" }, []],
  ['a role', { role: 'admin' }, ['ada']],
  ['a role that is not there', { role: 'ghost' }, []],
  ['a plan that was given', { plan: { name: 'pro' } }, ['Bob_Straße']],
  ['the plan of VIPs', { plan: { name: 'vip', alsoOfVips: true } }, ['bobby']],
  ['the plan of all others', { plan: { name: 'free', alsoOfVips: false } }, ['cleo', 'ada']],
  ['activity', { isActive: false }, ['cleo']],
  ['all at once', { search: 'bob', role: 'user', plan: { name: 'pro' }, isActive: true }, ['Bob_Straße']],
])('finds by %s', async (_, search, names) => {
  expect(await namesFor(search)).toEqual(names);
});

it('finds one by name however it is written', async () => {
  expect(await directory.findByName('BOB_strasse')).toMatchObject({ username: 'Bob_Straße', plan: 'pro' });
  await expect(directory.findByName('nobody')).rejects.toMatchObject({ kind: 'not_found' });
});
