import type { QueryRunner } from 'typeorm';

export interface StatementFailures {
  /** Undefined as long as no statement failed. */
  first: Error | undefined;
}

/** Watches what is put to `runner`, by written SQL and by TypeORM's repositories alike. */
export function noteFailures(runner: QueryRunner): StatementFailures {
  const failures: StatementFailures = { first: undefined };
  const query = runner.query.bind(runner) as (...args: unknown[]) => Promise<unknown>;
  const watched = async (...args: unknown[]): Promise<unknown> => {
    try {
      return await query(...args);
    } catch (error) {
      failures.first ??= error as Error;
      throw error;
    }
  };
  runner.query = watched as QueryRunner['query'];
  return failures;
}
