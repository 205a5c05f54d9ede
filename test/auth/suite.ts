import type { AuthConfig } from '#platform';
import { createTestDatabase } from '../harness/database';
import { TestClock } from '../harness/test-clock';
import { type AuthServices, startAuthServices } from './auth-services';

export const PASSWORD = 'correct horse battery';

export const unauthenticated = expect.objectContaining({ kind: 'unauthenticated' });

export const invalid = (...fields: string[]) =>
  expect.objectContaining({ kind: 'invalid', issues: fields.map((field) => expect.objectContaining({ field })) });

/** Two processes on one database of the suite that asks for it: `here` and `there`. */
export function authSuite(config: Partial<AuthConfig> = {}) {
  const clock = new TestClock();
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let number = 0;
  const suite = {
    clock,
    here: undefined as unknown as AuthServices,
    there: undefined as unknown as AuthServices,
    /** One more process, which the test closes. */
    another: (other: Partial<AuthConfig>, redisUrl?: string) =>
      startAuthServices({ databaseUrl: database.url, clock, redisUrl, config: { ...config, ...other } }),
    /** Someone new, signed in. */
    async someone() {
      const username = `someone-${++number}`;
      const email = `${username}@example.org`;
      return suite.here.registration.register({ username, email, password: PASSWORD });
    },
    async auditOf(userId: string) {
      const { entries } = await suite.here.audit.search({ limit: 100 });
      return entries.filter(({ actor, target }) => actor?.id === userId || target?.id === userId);
    },
  };
  beforeAll(async () => {
    database = await createTestDatabase();
    suite.here = await suite.another({});
    suite.there = await suite.another({});
  }, 120_000);
  afterAll(async () => {
    await suite.here.close();
    await suite.there.close();
    await database.drop();
  });
  return suite;
}
