import type { Actor } from '#kernel';
import { type OpenDatabase, openTestDatabase } from '../database/open';
import { TestClock } from '../harness/test-clock';
import { QuotaProcess } from './quota-process';

/** Two processes on one database of the suite that asks for it: `here` and `there`. */
export function quotaSuite() {
  const clock = new TestClock();
  let database: OpenDatabase;
  const suite = {
    clock,
    here: undefined as unknown as QuotaProcess,
    there: undefined as unknown as QuotaProcess,
    admin: undefined as unknown as Actor,
    /** One more process, with another idea of when days begin. */
    in: async (timeZone: string) => new QuotaProcess(await database.another(), clock, timeZone),
  };
  beforeAll(async () => {
    database = await openTestDatabase();
    suite.here = new QuotaProcess(database.dataSource, clock);
    suite.there = await suite.in('UTC');
    const credential = { kind: 'session', id: '019b76da-a800-7000-8000-000000000001' } as const;
    suite.admin = { userId: await suite.here.someone('ada'), username: 'ada', permissions: new Set(), credential };
  }, 120_000);
  afterAll(() => database.drop());
  return suite;
}
