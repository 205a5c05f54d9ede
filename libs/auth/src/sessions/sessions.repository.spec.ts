import { setTimeout as pause } from 'node:timers/promises';
import { Db, Transaction, type Tx } from '#platform';
import { type Credentials, Users } from '#users';
import { type AuthServices, startAuthServices } from '../../../../test/auth/auth-services';
import { signUp } from '../../../../test/auth/people';
import { createTestDatabase } from '../../../../test/harness/database';
import type { TestDatabase } from '../../../../test/harness/databases/test-database';
import { eventually } from '../../../../test/harness/eventually';
import { TestClock } from '../../../../test/harness/test-clock';
import { NewPassword } from '../sign-in/new-password';
import { SessionTokens } from './session-tokens';
import { SessionsRepository } from './sessions.repository';

const WEEK = 7 * 24 * 3_600_000;

const clock = new TestClock();
let database: TestDatabase;
let services: AuthServices;
let there: AuthServices;

beforeAll(async () => {
  database = await createTestDatabase();
  services = await startAuthServices({ databaseUrl: database.url, clock });
  there = await startAuthServices({ databaseUrl: database.url, clock });
});

afterAll(async () => {
  await services.close();
  await there.close();
  await database.drop();
});

async function credentialsOf(username: string): Promise<Credentials> {
  const { id } = await signUp(services, username);
  const credentials = await services.get(Users).credentialsOf(services.db, id);
  if (credentials === null) throw new Error('nobody');
  return credentials;
}

it('opens while the password is the one that was checked, and clears away what is over', async () => {
  const [db, tokens, repository] = [services.get(Db), services.get(SessionTokens), services.get(SessionsRepository)];
  const credentials = await credentialsOf('ada');
  const open = (passwordHash: string) =>
    services.get(Transaction).run((tx) => tokens.open(tx, { ...credentials, passwordHash }));
  await db.execute('DELETE FROM sessions');
  await expect(open('another')).rejects.toMatchObject({ kind: 'unauthenticated' });
  await open(credentials.passwordHash);
  clock.advance(1);
  const { id: later } = await open(credentials.passwordHash);
  const kept = () => db.query('SELECT id FROM sessions');
  expect(await kept()).toHaveLength(2);
  clock.advance(WEEK - 1_000);
  await repository.deleteExpired(db, clock.date());
  expect(await kept()).toHaveLength(2);
  clock.advance(1_000);
  await open(credentials.passwordHash);
  await repository.deleteExpired(db, clock.date());
  expect(await kept()).toHaveLength(1);
  expect(await kept()).not.toContainEqual({ id: later });
});

describe('while the password is changed at the same moment', () => {
  const open = (at: AuthServices, credentials: Credentials) => (tx: Tx) => at.get(SessionTokens).open(tx, credentials);
  const change =
    (at: AuthServices, { user }: Credentials) =>
    (tx: Tx) =>
      at.get(NewPassword).replace(tx, user.id, 'another hash');

  /** Does the work in a transaction that stays open until the function is called that this answers. */
  async function underway(at: AuthServices, work: (tx: Tx) => Promise<unknown>): Promise<() => Promise<void>> {
    let commit: () => void = () => undefined;
    const mayEnd = new Promise<void>((resolve) => (commit = resolve));
    let ended: Promise<void> = mayEnd;
    await new Promise<void>((resolve, reject) => {
      ended = at.get(Transaction).run(async (tx) => {
        await work(tx);
        resolve();
        await mayEnd;
      });
      ended.catch(reject);
    });
    return () => {
      commit();
      return ended;
    };
  }

  /** SQLite lets nobody begin while another writes, and has nobody who could be seen waiting. */
  async function someoneWaits(): Promise<void> {
    const { db } = services;
    if (db.engine === 'sqlite') return;
    const waiting =
      db.engine === 'postgres'
        ? `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
        : `SELECT id FROM information_schema.INNODB_TRX JOIN information_schema.PROCESSLIST ON id = trx_mysql_thread_id
           WHERE db = DATABASE() AND trx_state = 'LOCK WAIT'`;
    await eventually(async () => {
      // InnoDB looks again only for who has not asked for a tenth of a second.
      if (db.engine === 'mysql') await pause(150);
      return (await db.query(waiting)).length > 0;
    });
  }

  const sessionsOf = ({ user }: Credentials) =>
    services.db.query('SELECT id FROM sessions WHERE user_id = ?', [user.id]);

  it('opens nothing by the one that is gone when the change is done', async () => {
    const credentials = await credentialsOf('changes-first');
    const commit = await underway(services, change(services, credentials));
    const opened = there.get(Transaction).run(open(there, credentials));
    const refused = expect(opened).rejects.toMatchObject({ kind: 'unauthenticated' });
    await someoneWaits();
    await commit();
    await refused;
    expect(await sessionsOf(credentials)).toEqual([]);
  });

  it('has the change end what was opened before it', async () => {
    const credentials = await credentialsOf('opens-first');
    const commit = await underway(services, open(services, credentials));
    const changed = there.get(Transaction).run(change(there, credentials));
    await someoneWaits();
    await commit();
    await changed;
    expect(await sessionsOf(credentials)).toEqual([]);
  });
});
