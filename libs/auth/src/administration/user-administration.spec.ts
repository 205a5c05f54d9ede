import { permissions } from '#kernel';
import { type AuthServices, startAuthServices } from '../../../../test/auth/auth-services';
import { type Person, signUp } from '../../../../test/auth/people';
import { createTestDatabase } from '../../../../test/harness/database';
import type { TestDatabase } from '../../../../test/harness/databases/test-database';
import { TestClock } from '../../../../test/harness/test-clock';
import { AccountDeletion } from '../profile/account-deletion';
import { Roles } from '../roles/roles';
import { UserAdministration } from './user-administration';
import { UserDirectory } from './user-directory';

const NOBODY = '018f6b1e-7c00-7000-8000-000000000000';

let database: TestDatabase;
let clock: TestClock;
let services: AuthServices;
let administration: UserAdministration;
let directory: UserDirectory;
let admin: Person;
let bob: Person;

beforeEach(async () => {
  database = await createTestDatabase();
  clock = new TestClock();
  services = await startAuthServices({ databaseUrl: database.url, clock });
  administration = services.get(UserAdministration);
  directory = services.get(UserDirectory);
  admin = await signUp(services, 'ada', ['user', 'admin']);
  bob = await signUp(services, 'bob');
});

afterEach(async () => {
  await services.close();
  await database.drop();
});

async function lastEntry() {
  const { entries } = await services.audit.search({ limit: 1 });
  return entries[0];
}

async function countAdmins(): Promise<number> {
  const { total } = await directory.search({ role: 'admin', isActive: true, page: 1, size: 1 });
  return total;
}

it('gives every new account the role user and nothing to do with it', async () => {
  expect(await directory.find(bob.id)).toMatchObject({ username: 'bob', roles: ['user'] });
  expect(bob.actor.permissions.size).toBe(0);
  expect(admin.actor.permissions).toEqual(new Set(permissions));
});

it('changes what it is told to, answers it, and tells the audit log who, what and how it was', async () => {
  const vipExpiresAt = new Date(clock.now() + 60_000);
  const changed = await administration.update(admin.actor, bob.id, { isVip: true, vipExpiresAt, plan: 'pro' });
  expect(changed).toMatchObject({ id: bob.id, isVip: true, vipExpiresAt, plan: 'pro', roles: ['user'] });
  expect(await directory.find(bob.id)).toEqual(changed);
  expect(await lastEntry()).toMatchObject({
    action: 'user.updated',
    actor: { id: admin.id, username: 'ada' },
    target: { type: 'user', id: bob.id },
    details: {
      before: { is_vip: false, vip_expires_at: null, plan: null },
      after: { is_vip: true, vip_expires_at: vipExpiresAt.toISOString(), plan: 'pro' },
    },
  });
});

it('takes a role from the next request on', async () => {
  await administration.update(admin.actor, bob.id, { roles: ['admin', 'user', 'admin'] });
  expect((await services.identity.actorOf(bob.accessToken)).permissions.size).toBe(permissions.length);
  expect(await administration.update(admin.actor, bob.id, { roles: [] })).toMatchObject({ roles: [] });
  expect((await services.identity.actorOf(bob.accessToken)).permissions.size).toBe(0);
});

it('knows no role that is not there, and changes nothing then', async () => {
  await expect(
    administration.update(admin.actor, bob.id, { plan: 'pro', roles: ['user', 'ghost'] }),
  ).rejects.toMatchObject({ issues: [{ field: 'roles', reason: 'no_such_role' }] });
  expect(await directory.find(bob.id)).toMatchObject({ plan: null, roles: ['user'] });
});

it('knows nobody who is not there', async () => {
  await expect(administration.update(admin.actor, NOBODY, { plan: 'pro' })).rejects.toMatchObject({
    kind: 'not_found',
  });
  await expect(administration.update(admin.actor, NOBODY, { isVip: true })).rejects.toMatchObject({
    kind: 'not_found',
  });
  await expect(directory.find(NOBODY)).rejects.toMatchObject({ kind: 'not_found' });
});

it('ends the sessions of whom it deactivates, for good', async () => {
  await administration.update(admin.actor, bob.id, { isActive: false });
  await expect(services.identity.actorOf(bob.accessToken)).rejects.toMatchObject({ kind: 'unauthenticated' });
  await administration.update(admin.actor, bob.id, { isActive: true });
  await expect(services.identity.actorOf(bob.accessToken)).rejects.toMatchObject({ kind: 'unauthenticated' });
});

it('makes VIP anew without the term that has passed', async () => {
  await administration.update(admin.actor, bob.id, { isVip: true, vipExpiresAt: new Date(clock.now() + 1_000) });
  clock.advance(2_000);
  expect(await directory.find(bob.id)).toMatchObject({ isVip: false });
  expect(await administration.update(admin.actor, bob.id, { isVip: true })).toMatchObject({
    isVip: true,
    vipExpiresAt: null,
  });
});

it('lets nobody give or take more than is his', async () => {
  await services.get(Roles).create(admin.actor, 'helper', ['users:read', 'users:write']);
  await services.get(Roles).create(admin.actor, 'reader', ['users:read']);
  const helper = await signUp(services, 'hal', ['helper']);
  for (const [id, roles] of [
    [helper.id, ['helper', 'admin']],
    [bob.id, ['admin']],
    [admin.id, ['user']],
  ] as const) {
    await expect(administration.update(helper.actor, id, { roles })).rejects.toMatchObject({ kind: 'forbidden' });
  }
  expect(await countAdmins()).toBe(1);
  await expect(administration.update(helper.actor, bob.id, { roles: ['reader'] })).resolves.toMatchObject({
    roles: ['reader'],
  });
});

describe('the last admin', () => {
  const changes = { demoted: { roles: ['user'] }, deactivated: { isActive: false } };

  it.each(Object.entries(changes))('is not %s', async (_, change) => {
    await expect(administration.update(admin.actor, admin.id, change)).rejects.toMatchObject({
      kind: 'conflict',
      reason: 'last_admin',
    });
    expect(await countAdmins()).toBe(1);
    await expect(services.identity.actorOf(admin.accessToken)).resolves.toBeDefined();
  });

  it('is not the one who is deactivated', async () => {
    await administration.update(admin.actor, bob.id, { roles: ['admin'], isActive: false });
    await expect(administration.update(admin.actor, admin.id, { roles: [] })).rejects.toMatchObject({
      reason: 'last_admin',
    });
  });

  it('remains when all admins demote, deactivate and delete each other and themselves at once', async () => {
    const others = await Promise.all(['cleo', 'dora', 'emma'].map((name) => signUp(services, name, ['admin'])));
    const [first, second, third] = others as [Person, Person, Person];
    const outcomes = await Promise.allSettled([
      administration.update(first.actor, admin.id, { roles: ['user'] }),
      administration.update(admin.actor, first.id, { roles: ['user'] }),
      administration.update(third.actor, second.id, { isActive: false }),
      services.get(AccountDeletion).delete(third.actor, 'a good password'),
    ]);
    expect(await countAdmins()).toBe(1);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([
      { status: 'rejected', reason: expect.objectContaining({ kind: 'conflict', reason: 'last_admin' }) },
    ]);
  });

  it('is one of two who demote each other at once on two instances', async () => {
    const other = await startAuthServices({ databaseUrl: database.url, clock });
    await administration.update(admin.actor, bob.id, { roles: ['admin'] });
    const rival = await services.identity.actorOf(bob.accessToken);
    for (let round = 0; round < 5; round++) {
      const outcomes = await Promise.allSettled([
        administration.update(admin.actor, bob.id, { roles: ['user'] }),
        other.get(UserAdministration).update(rival, admin.id, { roles: ['user'] }),
      ]);
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(await countAdmins()).toBe(1);
      await administration.update({ via: 'cli' }, admin.id, { roles: ['admin'] });
      await administration.update({ via: 'cli' }, bob.id, { roles: ['admin'] });
    }
    await other.close();
  });
});
