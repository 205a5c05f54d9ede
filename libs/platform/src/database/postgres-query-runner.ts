import { QueryFailedError, QueryResult, QueryRunnerAlreadyReleasedError } from 'typeorm';
import { PostgresQueryRunner } from 'typeorm/driver/postgres/PostgresQueryRunner';

interface Client {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: unknown[]; readonly rowCount: number | null }>;
}

/**
 * Statements that are put to it together travel together: a round trip costs more than most statements. A transaction
 * begins along with its first statement.
 */
export class PipeliningQueryRunner extends PostgresQueryRunner {
  private begun: Promise<unknown> | undefined;

  override async startTransaction(): Promise<void> {
    if (this.transactionDepth > 0) return super.startTransaction();
    const client = await this.client();
    this.isTransactionActive = true;
    this.transactionDepth = 1;
    this.begun = client.query('START TRANSACTION');
    // Whoever commits hears of it.
    this.begun.catch(() => undefined);
  }

  override async commitTransaction(): Promise<void> {
    await this.begun;
    await super.commitTransaction();
  }

  /** Nobody listens to TypeORM's events: what asks for structured results is spared them. */
  override query(text: string, values: unknown[] | undefined, useStructuredResult: true): Promise<QueryResult>;
  override query<T>(text: string, values?: unknown[]): Promise<T>;
  override async query(text: string, values?: unknown[], useStructuredResult = false): Promise<unknown> {
    if (!useStructuredResult) return (await super.query(text, values)) as unknown;
    const client = await this.client();
    try {
      const { rows, rowCount } = await client.query(text, values);
      const result = new QueryResult();
      result.records = rows;
      result.raw = rows;
      if (rowCount !== null) result.affected = rowCount;
      return result;
    } catch (error) {
      throw new QueryFailedError(text, values, error as Error);
    }
  }

  private async client(): Promise<Client> {
    if (this.isReleased) throw new QueryRunnerAlreadyReleasedError();
    return (await this.connect()) as Client;
  }
}
