import { newId } from '#kernel';
import { type Db, type Part, type SqlValue } from '#platform';
import { quotaSuite } from '../../../test/quota/quota-suite';
import { QuotaParts } from './quota-parts';
import { readStanding } from './quota-statements';
import { QuotaRepository } from './quota.repository';
import { QuotaWindows } from './windows/quota-windows';

const PEOPLE = 2_000;
const READS_ALL = /(SCAN|Seq Scan on) (users|quota_counters|quota_holds|usage_ledger)\b|"type":"ALL"/;

const suite = quotaSuite();
const repository = new QuotaRepository();
const windows = new QuotaWindows('UTC');
const now = new Date('2026-01-31T12:00:00Z');
const { day, month } = windows.at(now.getTime());
const leaseUntil = new Date(now.getTime() + 60_000);
const people = Array.from({ length: PEOPLE }, () => newId());
const alice = people[0] ?? '';

async function insert(table: string, columns: string, rows: readonly (readonly SqlValue[])[]): Promise<void> {
  const places = rows.map((row) => `(${row.map(() => '?').join(', ')})`).join(', ');
  await suite.here.db.execute(`INSERT INTO ${table} (${columns}) VALUES ${places}`, rows.flat());
}

beforeAll(async () => {
  const { db } = suite.here;
  await insert(
    'users',
    'id, username, username_key, password_hash, created_at, updated_at',
    people.map((id, index) => [id, `person-${index}`, `person-${index}`, '-', now, now]),
  );
  for (const period of [day, month]) {
    await insert(
      'quota_counters',
      'user_id, period, requests, tokens, requests_held, tokens_held',
      people.map((id) => [id, period, 1, 1, 0, 0]),
    );
  }
  await insert(
    'quota_holds',
    'turn_id, user_id, day, month, plan, tokens, lease_until',
    people.map((id) => [newId(), id, day, month, 'free', 1, leaseUntil]),
  );
  const tables = 'users, quota_counters, quota_holds';
  if (db.engine === 'mysql') await db.query(`ANALYZE TABLE ${tables}`);
  else await db.execute(db.engine === 'sqlite' ? 'ANALYZE' : `ANALYZE ${tables}`);
}, 60_000);

async function planOf({ sql, values }: Part): Promise<string> {
  const { db } = suite.here;
  const explain = db.engine === 'sqlite' ? 'EXPLAIN QUERY PLAN' : 'EXPLAIN';
  return JSON.stringify(await db.query(`${explain} ${sql}`, values));
}

/** What is asked of the database, without asking it. */
async function questionOf(ask: (db: Db) => Promise<unknown>): Promise<Part> {
  let heard: Part | undefined;
  const hear = (sql: string, values: readonly SqlValue[]) => {
    heard = { sql, values };
    return Promise.resolve([]);
  };
  await ask({ engine: suite.here.db.engine, query: hear, execute: hear } as unknown as Db);
  return heard ?? { sql: '', values: [] };
}

it.each([
  ['how a user stands', () => Promise.resolve({ sql: readStanding, values: [now, day, month, alice] })],
  ['the holds that nobody renews', () => questionOf((db) => repository.expired(db, now, 100))],
  ['what a turn has cost', () => questionOf((db) => repository.chargeOf(db, alice))],
  ['the leases of running turns', () => questionOf((db) => repository.renew(db, people.slice(0, 3), leaseUntil))],
])('%s: nobody else’s rows are read', async (_what, question) => {
  expect(await planOf(await question())).not.toMatch(READS_ALL);
});

it('a turn in one statement: nobody else’s rows are read', async () => {
  if (suite.here.db.engine !== 'postgres') return;
  const turn = { userId: alice, turnId: newId(), promptTokens: 1, wantedTokens: 1, chargeTokens: true, leaseUntil };
  const { sql, values } = new QuotaParts(windows, suite.clock).reserve(turn, 20);
  const thread = 'thread AS (SELECT id, id AS user_id FROM users WHERE id = ?)';
  expect(await planOf({ sql: `WITH ${thread}, ${sql} SELECT * FROM allowed`, values: [alice, ...values] })).not.toMatch(
    READS_ALL,
  );
});
