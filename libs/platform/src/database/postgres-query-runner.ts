import type { Answer, PoolClient } from 'pg';
import { type QueryResult, QueryRunnerAlreadyReleasedError } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver';
import { PostgresQueryRunner } from 'typeorm/driver/postgres/PostgresQueryRunner';
import type { ReplicationMode } from 'typeorm/driver/types/ReplicationMode';
import { preparedNameOf } from './postgres-prepared-names';
import { failureOf, resultOf, type Statement, type Statements } from './postgres-statement';

/**
 * Statements that are put to it together travel together: a round trip costs more than most statements. A transaction
 * begins along with its first statement, and may end along with its last.
 */
export class PipeliningQueryRunner extends PostgresQueryRunner {
  constructor(
    driver: PostgresDriver,
    mode: ReplicationMode,
    private readonly statements: () => Statements,
  ) {
    super(driver, mode);
  }

  private begun: Promise<unknown> | undefined;
  private committed: Promise<Answer> | undefined;

  override async startTransaction(): Promise<void> {
    if (this.transactionDepth > 0) return super.startTransaction();
    await this.connect();
    this.isTransactionActive = true;
    this.transactionDepth = 1;
    this.begun = this.put({ text: 'START TRANSACTION' });
    // Whoever commits hears of it.
    this.begun.catch(() => undefined);
  }

  /** Commits behind all that was put to it by now, and nothing else may be. Where one of these fails, the server rolls back. */
  commitAlong(): void {
    if (this.transactionDepth !== 1) throw new Error('inside a savepoint there is nothing to commit');
    this.committed = this.put({ text: 'COMMIT' });
    this.committed.catch(() => undefined);
  }

  override async commitTransaction(): Promise<void> {
    if (this.transactionDepth > 1) return super.commitTransaction();
    await this.begun;
    const { command } = await (this.committed ?? this.put({ text: 'COMMIT' }));
    this.endTransaction();
    if (command !== 'COMMIT') throw new Error('a statement that failed has ended the transaction');
  }

  override async rollbackTransaction(): Promise<void> {
    if (this.committed === undefined) return super.rollbackTransaction();
    await this.committed;
    this.endTransaction();
  }

  /** Nobody listens to TypeORM's events: what asks for structured results is spared them. */
  override query(text: string, values: unknown[] | undefined, useStructuredResult: true): Promise<QueryResult>;
  override query<T>(text: string, values?: unknown[]): Promise<T>;
  override async query(text: string, values?: unknown[], useStructuredResult = false): Promise<unknown> {
    if (this.committed !== undefined) throw new Error('the transaction has been committed');
    if (!useStructuredResult) return (await super.query(text, values)) as unknown;
    if (this.isReleased) throw new QueryRunnerAlreadyReleasedError();
    // Without waiting where it is connected: what is put in one go has to stay in order.
    if (this.databaseConnection === undefined) await this.connect();
    try {
      const name = this.isTransactionActive ? preparedNameOf(text) : undefined;
      return resultOf(await this.put({ text, values, name }));
    } catch (error) {
      throw failureOf({ text, values }, error as Error);
    }
  }

  private put(statement: Statement): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.statements().put(this.databaseConnection as PoolClient, statement, (error, answer) => {
        if (error) reject(error);
        else resolve(answer);
      });
    });
  }

  private endTransaction(): void {
    this.isTransactionActive = false;
    this.transactionDepth = 0;
    this.committed = undefined;
  }
}
