import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { columnTypes } from './column-types';

/** The ledger in sums, a user's day with one model under one plan a row; with all that the ledger has by now. */
export class UsageDays1767744000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const types = columnTypes(runner);
    const key = { isPrimary: true, primaryKeyConstraintName: 'pk_usage_days' };
    const sums = ['requests', 'failures', 'prompt_tokens', 'completion_tokens', 'total_tokens', 'cost_micros'];
    const columns = [...sums, 'first_tokens', 'first_token_ms'];
    await runner.createTable(
      new Table({
        name: 'usage_days',
        columns: [
          { name: 'user_id', ...types.id, ...key },
          { name: 'day', ...types.text(10), ...key },
          { name: 'model', ...types.text(100), ...key },
          { name: 'plan', ...types.text(50), ...key },
          ...columns.map((name) => ({ name, ...types.bigInteger })),
        ],
        indices: [{ name: 'ix_usage_days_day', columnNames: ['day'] }],
      }),
      true,
    );
    // MySQL keeps the table when what follows fails, and begins anew.
    await runner.query('DELETE FROM usage_days');
    await runner.query(
      `INSERT INTO usage_days (user_id, day, model, plan, ${columns.join(', ')})
       SELECT user_id, day, model, plan, COUNT(*), SUM(CASE WHEN status IN ('failed', 'interrupted') THEN 1 ELSE 0 END),
         SUM(prompt_tokens), SUM(completion_tokens), SUM(total_tokens), SUM(cost_micros),
         SUM(CASE WHEN first_token_ms IS NULL OR cached THEN 0 ELSE 1 END),
         SUM(CASE WHEN first_token_ms IS NULL OR cached THEN 0 ELSE first_token_ms END)
       FROM usage_ledger GROUP BY user_id, day, model, plan`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('usage_days');
  }
}
