import { type Scope, scopes } from '#kernel';
import { type AuthServices, startAuthServices } from '../../../../test/auth/auth-services';
import { type Person, signUp } from '../../../../test/auth/people';
import { createTestDatabase } from '../../../../test/harness/database';
import type { TestDatabase } from '../../../../test/harness/databases/test-database';
import { TestClock } from '../../../../test/harness/test-clock';
import { ApiKeys } from './api-keys';

let database: TestDatabase;
let clock: TestClock;
let services: AuthServices;
let apiKeys: ApiKeys;
let alice: Person;
let bob: Person;

beforeEach(async () => {
  database = await createTestDatabase();
  clock = new TestClock();
  services = await startAuthServices({ databaseUrl: database.url, clock });
  apiKeys = services.get(ApiKeys);
  alice = await signUp(services, 'alice');
  bob = await signUp(services, 'bob');
});

afterEach(async () => {
  await services.close();
  await database.drop();
});

function create(request: { expiresAt?: Date; scopes?: readonly Scope[] } = {}) {
  return apiKeys.create(alice.actor, { name: 'laptop', expiresAt: null, scopes, ...request });
}

it('makes a key that says who asks, and keeps none', async () => {
  const { key, ...shown } = await create({ scopes: ['read', 'chat', 'read'] });
  expect(key).toMatch(/^sk-[\w-]{43}$/);
  expect(shown).toEqual({
    ...{ id: expect.any(String), name: 'laptop', prefix: key.slice(0, 10), scopes: ['chat', 'read'] },
    ...{ createdAt: clock.date(), expiresAt: null, lastUsedAt: null },
  });
  expect(await apiKeys.list(alice.actor)).toEqual([shown]);
  expect(await services.identity.actorOf(key)).toMatchObject({
    userId: alice.id,
    credential: { kind: 'api_key', id: shown.id, scopes: new Set(['chat', 'read']) },
  });
  const everything = [
    await services.db.query('SELECT * FROM api_keys'),
    (await services.audit.search({ limit: 100 })).entries,
  ];
  expect(JSON.stringify(everything)).not.toContain(key.slice(10));
});

it('tells the audit log', async () => {
  const { id, prefix } = await create();
  await apiKeys.revoke(alice.actor, id);
  const { entries } = await services.audit.search({ target: id, limit: 10 });
  expect(entries).toMatchObject([
    { action: 'api_key.revoked', actor: { username: 'alice' } },
    {
      action: 'api_key.created',
      actor: { username: 'alice' },
      details: { name: 'laptop', prefix, scopes, expires_at: null },
    },
  ]);
});

it('refuses an end that is past, and ends when told', async () => {
  for (const expiresAt of [clock.date(), new Date(clock.now() - 1)]) {
    await expect(create({ expiresAt })).rejects.toMatchObject({
      issues: [{ field: 'expires_at', reason: 'must_be_future' }],
    });
  }
  const { key } = await create({ expiresAt: new Date(clock.now() + 1_000) });
  await expect(services.identity.actorOf(key)).resolves.toBeDefined();
  clock.advance(1_000);
  await expect(services.identity.actorOf(key)).rejects.toMatchObject({ kind: 'unauthenticated' });
});

it('revokes at once, and only what is its own', async () => {
  const { id, key } = await create();
  await expect(services.identity.actorOf(key)).resolves.toBeDefined();
  await expect(apiKeys.revoke(bob.actor, id)).rejects.toMatchObject({ kind: 'not_found' });
  expect(await apiKeys.list(bob.actor)).toEqual([]);
  await expect(services.identity.actorOf(key)).resolves.toBeDefined();
  await apiKeys.revoke(alice.actor, id.toUpperCase());
  await expect(services.identity.actorOf(key)).rejects.toMatchObject({ kind: 'unauthenticated' });
  await expect(apiKeys.revoke(alice.actor, id)).rejects.toMatchObject({ kind: 'not_found' });
});

it('lists the newest first, a hundred at most', async () => {
  const ids: string[] = [];
  for (let count = 0; count < 100; count++) ids.unshift((await create()).id);
  expect((await apiKeys.list(alice.actor)).map(({ id }) => id)).toEqual(ids);
  await expect(create()).rejects.toMatchObject({ kind: 'conflict', reason: 'too_many_api_keys' });
  await apiKeys.revoke(alice.actor, ids[0] ?? '');
  await expect(create()).resolves.toBeDefined();
});
