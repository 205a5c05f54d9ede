import { AppError } from '#kernel';
import { Db, Transaction } from '#platform';
import { type OpenDatabase, openTestDatabase } from '../../../test/database/open';
import { TestClock } from '../../../test/harness/test-clock';
import type { User } from './user';
import { type NewUser, Users } from './users';

const NOBODY = '018f6b1e-7c00-7000-8000-000000000000';

let database: OpenDatabase;
let db: Db;
let transaction: Transaction;
let clock: TestClock;
let users: Users;

beforeAll(async () => {
  database = await openTestDatabase();
  db = new Db(database.dataSource.manager);
  transaction = new Transaction(database.dataSource);
  clock = new TestClock();
  users = new Users(clock);
});

afterEach(() => db.execute('DELETE FROM users'));
afterAll(() => database.drop());

function create(user: Partial<NewUser> & Pick<NewUser, 'username'>): Promise<User> {
  return transaction.run((tx) => users.create(tx, { email: null, passwordHash: 'hash', ...user }));
}

async function issueOf(work: Promise<unknown>): Promise<unknown> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof AppError ? (error.issues[0] ?? error.kind) : error;
}

it('gives a name, in all its spellings, to one of twenty who ask at once', async () => {
  const spellings = ['Straße', 'STRASSE', 'ſtraſſe', 'Ｓtrasse', 'strasse'];
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) => issueOf(create({ username: spellings[i % 5] ?? '' }))),
  );
  expect(answers.filter((issue) => issue === undefined)).toHaveLength(1);
  expect(answers.filter((issue) => issue !== undefined)).toEqual(
    Array.from({ length: 19 }, () => ({ field: 'username', reason: 'taken' })),
  );
  expect(await db.query('SELECT id FROM users')).toHaveLength(1);
});

it('gives an address to one of twenty who ask at once', async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      issueOf(create({ username: `name-${i}`, email: i % 2 === 0 ? 'Bob@Example.org' : 'bob@example.ORG' })),
    ),
  );
  expect(answers.filter((issue) => issue === undefined)).toHaveLength(1);
  expect(answers).toContainEqual({ field: 'email', reason: 'taken' });
});

it('lets many be without an address', async () => {
  await create({ username: 'alice' });
  await expect(create({ username: 'bob' })).resolves.toMatchObject({ email: null });
});

it('finds by username and by email however they are written', async () => {
  const { id } = await create({ username: 'Zoë', email: 'Zoe@Example.org', passwordHash: 'h' });
  for (const login of ['zoë', 'ZOE\u0308', 'zoe@example.ORG']) {
    expect(await users.findCredentials(db, login)).toMatchObject({ user: { id, username: 'Zoë' }, passwordHash: 'h' });
  }
  expect(await users.findCredentials(db, 'zoe')).toBeNull();
  expect(await users.credentialsOf(db, id)).toMatchObject({ passwordHash: 'h' });
});

it('keeps what it is told', async () => {
  const created = await create({ username: '𠮷'.repeat(50), email: 'Bob@Example.org' });
  expect(await users.find(db, created.id)).toEqual(created);
  expect(created).toEqual({
    id: created.id,
    username: '𠮷'.repeat(50),
    email: 'Bob@Example.org',
    isActive: true,
    isVip: false,
    vipExpiresAt: null,
    plan: null,
    createdAt: clock.date(),
    updatedAt: clock.date(),
  });
});

it('renames, to another spelling of the own name too, but not to what is taken', async () => {
  const { id } = await create({ username: 'alice', email: 'alice@example.org' });
  await create({ username: 'bob', email: 'bob@example.org' });
  clock.advance(1_000);
  const changed = await transaction.run((tx) => users.rename(tx, id, { username: 'ALICE' }));
  expect(changed).toMatchObject({
    before: { username: 'alice', email: 'alice@example.org' },
    after: { username: 'ALICE', email: 'alice@example.org', updatedAt: clock.date() },
  });
  expect(await users.find(db, id)).toEqual(changed.after);
  const taken = [{ username: 'Ｂob' }, { email: 'BOB@example.org' }];
  for (const change of taken) {
    const [field] = Object.keys(change);
    expect(await issueOf(transaction.run((tx) => users.rename(tx, id, change)))).toEqual({ field, reason: 'taken' });
  }
});

it('counts nobody as VIP after the term', async () => {
  const { id } = await create({ username: 'alice' });
  const vipExpiresAt = new Date(clock.now() + 1_000);
  const { after } = await transaction.run((tx) => users.update(tx, id, { isVip: true, vipExpiresAt, plan: 'pro' }));
  expect(after).toMatchObject({ isVip: true, vipExpiresAt, plan: 'pro', isActive: true });
  clock.advance(999);
  expect(await users.find(db, id)).toMatchObject({ isVip: true });
  clock.advance(1);
  expect(await users.find(db, id)).toMatchObject({ isVip: false, vipExpiresAt });
  await transaction.run((tx) => users.update(tx, id, { vipExpiresAt: null }));
  expect(await users.find(db, id)).toMatchObject({ isVip: true, vipExpiresAt: null, plan: 'pro' });
});

it('changes and deletes only who is there', async () => {
  const { id } = await create({ username: 'alice' });
  expect(await transaction.run((tx) => users.delete(tx, id))).toMatchObject({ id, username: 'alice' });
  expect(await users.find(db, id)).toBeNull();
  for (const gone of [id, NOBODY]) {
    expect(await issueOf(transaction.run((tx) => users.update(tx, gone, { isActive: false })))).toBe('not_found');
    expect(await issueOf(transaction.run((tx) => users.setPasswordHash(tx, gone, 'x')))).toBe('not_found');
    expect(await issueOf(transaction.run((tx) => users.delete(tx, gone)))).toBe('not_found');
  }
});

it('loses no change of those made at once', async () => {
  const { id } = await create({ username: 'alice' });
  const changes = await Promise.all(
    Array.from({ length: 10 }, (_, i) => transaction.run((tx) => users.update(tx, id, { plan: `plan-${i}` }))),
  );
  const befores = changes.map(({ before }) => before.plan);
  expect(new Set(befores).size).toBe(10);
});
