import { permissions } from '#kernel';
import { type AuthServices, startAuthServices } from '../../../../test/auth/auth-services';
import { type Person, signUp } from '../../../../test/auth/people';
import { createTestDatabase } from '../../../../test/harness/database';
import type { TestDatabase } from '../../../../test/harness/databases/test-database';
import { TestClock } from '../../../../test/harness/test-clock';
import { UserDirectory } from '../administration/user-directory';
import { Roles } from './roles';

let database: TestDatabase;
let services: AuthServices;
let roles: Roles;
let admin: Person;

beforeEach(async () => {
  database = await createTestDatabase();
  services = await startAuthServices({ databaseUrl: database.url, clock: new TestClock() });
  roles = services.get(Roles);
  admin = await signUp(services, 'ada', ['admin']);
});

afterEach(async () => {
  await services.close();
  await database.drop();
});

async function entries() {
  const found = await services.audit.search({ target: 'helper', limit: 10 });
  return found.entries.map(({ action, actor, details }) => ({ action, actor: actor?.username, details }));
}

it('begins with user and admin, who may do nothing and everything', async () => {
  expect(await roles.list()).toMatchObject([
    { name: 'admin', permissions, builtIn: true },
    { name: 'user', permissions: [], builtIn: true },
  ]);
});

it('creates, changes and deletes, in force from the next request on, and tells the audit log', async () => {
  const created = await roles.create(admin.actor, 'helper', ['users:write', 'users:read', 'users:read']);
  expect(created).toMatchObject({ name: 'helper', permissions: ['users:read', 'users:write'], builtIn: false });
  expect(await roles.list()).toContainEqual(created);
  const helper = await signUp(services, 'hal', ['helper', 'user']);
  expect(helper.actor.permissions).toEqual(new Set(['users:read', 'users:write']));

  const updated = await roles.update(admin.actor, 'helper', ['audit:read']);
  expect(await roles.list()).toContainEqual(updated);
  expect((await services.identity.actorOf(helper.accessToken)).permissions).toEqual(new Set(['audit:read']));

  await roles.delete(admin.actor, 'helper');
  expect((await services.identity.actorOf(helper.accessToken)).permissions).toEqual(new Set());
  expect(await services.get(UserDirectory).find(helper.id)).toMatchObject({ roles: ['user'] });

  expect(await entries()).toEqual([
    { action: 'role.deleted', actor: 'ada', details: { permissions: ['audit:read'] } },
    {
      action: 'role.updated',
      actor: 'ada',
      details: { before: { permissions: ['users:read', 'users:write'] }, after: { permissions: ['audit:read'] } },
    },
    { action: 'role.created', actor: 'ada', details: { permissions: ['users:read', 'users:write'] } },
  ]);
});

it('has each name once, also when asked by ten at once', async () => {
  const outcomes = await Promise.allSettled(
    Array.from({ length: 10 }, (_, index) =>
      roles.create(admin.actor, index % 2 === 0 ? 'helper' : 'Hｅlper', ['users:read']),
    ),
  );
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
  expect(refused).toHaveLength(9);
  for (const { reason } of refused) expect(reason).toMatchObject({ kind: 'conflict', reason: 'name_exists' });
  await expect(roles.create(admin.actor, 'ＨELPER', [])).rejects.toMatchObject({ reason: 'name_exists' });
  await expect(roles.create(admin.actor, 'Admin', [])).rejects.toMatchObject({ reason: 'name_exists' });
});

it('has a name that can be seen and is no step of a path', async () => {
  const invisible = ['\u200b', '\u202e', '\u0000', '\n', '\u3164', '\u2028', '\u{e0041}'].map(
    (each) => `hel${each}per`,
  );
  const blanks = [' admin', 'admin ', 'first  line', 'first\u00a0line', '\u3000admin', ' '];
  for (const name of ['.', '..', '．．', ...invisible, ...blanks]) {
    await expect(roles.create(admin.actor, name, [])).rejects.toMatchObject({
      kind: 'invalid',
      issues: [{ field: 'name', reason: 'label_characters' }],
    });
  }
  for (const name of ['first line (1.5)', '客服', '...']) {
    await expect(roles.create(admin.actor, name, [])).resolves.toMatchObject({ name });
  }
});

it.each(['user', 'admin'])('leaves %s alone', async (name) => {
  const refusal = { kind: 'conflict', reason: 'built_in' };
  await expect(roles.update(admin.actor, name, [])).rejects.toMatchObject(refusal);
  await expect(roles.delete(admin.actor, name)).rejects.toMatchObject(refusal);
});

it('knows no other', async () => {
  await expect(roles.update(admin.actor, 'ghost', [])).rejects.toMatchObject({ kind: 'not_found' });
  await expect(roles.delete(admin.actor, 'ghost')).rejects.toMatchObject({ kind: 'not_found' });
});

it('lets nobody write more into a role, or out of it, than he may do himself', async () => {
  await roles.create(admin.actor, 'warden', ['roles:write']);
  await roles.create(admin.actor, 'helper', ['users:read']);
  const { actor } = await signUp(services, 'will', ['warden']);
  const beyond = { kind: 'forbidden', reason: 'beyond_own_permissions' };
  await expect(roles.create(actor, 'mine', ['users:read'])).rejects.toMatchObject(beyond);
  await expect(roles.update(actor, 'warden', ['roles:write', 'audit:read'])).rejects.toMatchObject(beyond);
  await expect(roles.update(actor, 'helper', [])).rejects.toMatchObject(beyond);
  await expect(roles.delete(actor, 'helper')).rejects.toMatchObject(beyond);
  await expect(roles.update(actor, 'helper', ['users:read', 'roles:write'])).resolves.toBeDefined();
});
