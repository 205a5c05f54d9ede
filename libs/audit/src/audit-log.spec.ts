import { Db, requestContext, Transaction } from '#platform';
import { type OpenDatabase, openTestDatabase } from '../../../test/database/open';
import { TestClock } from '../../../test/harness/test-clock';
import { AuditLog, type AuditSearch } from './audit-log';

const ALICE = { id: '018f6b1e-7c00-7000-8000-00000000000a', username: 'alice' };
const BOB = { id: '018f6b1e-7c00-7000-8000-00000000000b', username: 'bob' };

let database: OpenDatabase;
let db: Db;
let clock: TestClock;
let audit: AuditLog;

beforeAll(async () => {
  database = await openTestDatabase();
  db = new Db(database.dataSource.manager);
  clock = new TestClock();
  audit = new AuditLog(db, clock);
});

afterEach(() => db.execute('DELETE FROM audit_logs'));
afterAll(() => database.drop());

async function everything() {
  const { entries } = await audit.search({ limit: 100 });
  return entries;
}

it('keeps who did what to whom, and from where', async () => {
  await requestContext.run({ requestId: 'r-1', ip: '::1', userAgent: 'curl/8' }, () =>
    audit.record(db, {
      action: 'user.updated',
      actor: ALICE,
      target: { type: 'user', id: BOB.id },
      details: { before: { plan: null }, after: { plan: 'pro' } },
    }),
  );
  await audit.record(db, { action: 'auth.login_failed' });
  expect(await everything()).toEqual([
    {
      ...{ id: expect.any(String), at: clock.date(), action: 'auth.login_failed', actor: null, target: null },
      ...{ ip: null, userAgent: null, requestId: null, details: {} },
    },
    {
      ...{ id: expect.any(String), at: clock.date(), action: 'user.updated' },
      ...{ actor: ALICE, target: { type: 'user', id: BOB.id } },
      ...{ ip: '::1', userAgent: 'curl/8', requestId: 'r-1' },
      details: { before: { plan: null }, after: { plan: 'pro' } },
    },
  ]);
});

it('takes what callers send too long and broken', async () => {
  await requestContext.run({ requestId: 'r', userAgent: `${'a'.repeat(299)}💩` }, () =>
    audit.record(db, { action: 'auth.login_failed', target: { type: 'login', id: 'ü'.repeat(500) } }),
  );
  const [entry] = await everything();
  expect(entry?.userAgent).toBe(`${'a'.repeat(299)}\ufffd`);
  expect(entry?.target?.id).toBe('ü'.repeat(100));
});

it('forgets what was undone', async () => {
  const undone = new Transaction(database.dataSource).run(async (tx) => {
    await audit.record(tx, { action: 'role.created' });
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  expect(await everything()).toEqual([]);
});

describe('search', () => {
  const noon = Date.UTC(2026, 5, 1, 12);

  async function actionsFor(search: Omit<AuditSearch, 'limit'>): Promise<string[]> {
    const { entries } = await audit.search({ ...search, limit: 100 });
    return entries.map(({ action }) => action);
  }

  beforeEach(async () => {
    clock.set(new Date(noon));
    await audit.record(db, { action: 'role.created', actor: ALICE, target: { type: 'role', id: 'helper' } });
    clock.advance(1);
    await audit.record(db, { action: 'role.updated', actor: BOB, target: { type: 'role', id: 'helper' } });
    clock.advance(1);
    await audit.record(db, { action: 'role.deleted', actor: BOB, target: { type: 'role', id: 'Helper' } });
  });

  it.each([
    ['an actor', { actor: BOB.id }, ['role.deleted', 'role.updated']],
    ['an actor in capitals', { actor: BOB.id.toUpperCase() }, ['role.deleted', 'role.updated']],
    ['what is no id', { actor: 'bob' }, []],
    ['an action', { action: 'role.updated' }, ['role.updated']],
    ['a target', { target: 'helper' }, ['role.updated', 'role.created']],
    ['a beginning', { from: new Date(noon + 1) }, ['role.deleted', 'role.updated']],
    ['an end', { to: new Date(noon + 1) }, ['role.created']],
    [
      'all at once',
      { actor: BOB.id, target: 'helper', from: new Date(noon), to: new Date(noon + 5) },
      ['role.updated'],
    ],
  ] as const)('by %s', async (_, search, actions) => {
    expect(await actionsFor(search)).toEqual(actions);
  });

  it('by a target whose id is in capitals', async () => {
    await audit.record(db, { action: 'user.updated', actor: ALICE, target: { type: 'user', id: BOB.id } });
    expect(await actionsFor({ target: BOB.id.toUpperCase() })).toEqual(['user.updated']);
  });

  it('answers page by page, also while more is recorded', async () => {
    const first = await audit.search({ limit: 2 });
    expect(first.entries.map(({ action }) => action)).toEqual(['role.deleted', 'role.updated']);
    await audit.record(db, { action: 'auth.login', actor: ALICE });
    const second = await audit.search({ limit: 2, cursor: first.nextCursor ?? '' });
    expect(second.entries.map(({ action }) => action)).toEqual(['role.created']);
    expect(second.nextCursor).toBeNull();
  });

  it('refuses a cursor that it did not give', async () => {
    await expect(audit.search({ limit: 2, cursor: "' OR 1=1" })).rejects.toMatchObject({
      issues: [{ field: 'cursor', reason: 'invalid' }],
    });
  });
});
