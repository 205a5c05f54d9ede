import type { Actor } from '#kernel';
import { createTestDatabase } from '../harness/database';
import { TestClock } from '../harness/test-clock';
import { QuotaProcess } from './quota-process';

/** Two processes on one database of the suite that asks for it: `here` and `there`. */
export function quotaSuite() {
  const clock = new TestClock();
  const processes: QuotaProcess[] = [];
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  const suite = {
    clock,
    here: undefined as unknown as QuotaProcess,
    there: undefined as unknown as QuotaProcess,
    admin: undefined as unknown as Actor,
    /** One more process, with its own idea of when days begin. */
    async in(timeZone: string): Promise<QuotaProcess> {
      const process = await QuotaProcess.start(database.url, clock, timeZone);
      processes.push(process);
      return process;
    },
  };
  beforeAll(async () => {
    database = await createTestDatabase();
    suite.here = await suite.in('UTC');
    suite.there = await suite.in('UTC');
    const credential = { kind: 'session', id: '019b76da-a800-7000-8000-000000000001' } as const;
    suite.admin = { userId: await suite.here.someone('ada'), username: 'ada', permissions: new Set(), credential };
  }, 120_000);
  afterAll(async () => {
    for (const process of processes) await process.close();
    await database.drop();
  });
  return suite;
}
