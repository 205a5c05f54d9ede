import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { columnTypes } from './column-types';

export class Quota1767398400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const types = columnTypes(runner);
    const limits = ['daily_requests', 'monthly_requests', 'daily_tokens', 'monthly_tokens'].map((name) => ({
      name,
      ...types.bigInteger,
      isNullable: true,
    }));
    const ofUser = (table: string) => ({
      name: `fk_${table}_user_id`,
      columnNames: ['user_id'],
      referencedTableName: 'users',
      referencedColumnNames: ['id'],
      // Both said, for what MariaDB takes for unsaid is not what the others do.
      onDelete: 'CASCADE',
      onUpdate: 'NO ACTION',
    });

    await runner.createTable(
      new Table({
        name: 'plans',
        columns: [
          { name: 'name', ...types.text(50), isPrimary: true, primaryKeyConstraintName: 'pk_plans' },
          ...limits,
          { name: 'built_in', ...types.boolean, default: types.false },
          { name: 'created_at', ...types.time },
          { name: 'updated_at', ...types.time },
        ],
      }),
      true,
    );
    await runner.createTable(
      new Table({
        name: 'quota_overrides',
        columns: [
          { name: 'user_id', ...types.id, isPrimary: true, primaryKeyConstraintName: 'pk_quota_overrides' },
          ...limits,
        ],
        foreignKeys: [ofUser('quota_overrides')],
      }),
      true,
    );
    await runner.createTable(
      new Table({
        name: 'quota_counters',
        columns: [
          { name: 'user_id', ...types.id, isPrimary: true, primaryKeyConstraintName: 'pk_quota_counters' },
          { name: 'period', ...types.text(10), isPrimary: true, primaryKeyConstraintName: 'pk_quota_counters' },
          { name: 'requests', ...types.bigInteger },
          { name: 'tokens', ...types.bigInteger },
          { name: 'requests_held', ...types.bigInteger },
          { name: 'tokens_held', ...types.bigInteger },
        ],
        foreignKeys: [ofUser('quota_counters')],
      }),
      true,
    );
    await runner.createTable(
      new Table({
        name: 'quota_holds',
        columns: [
          { name: 'turn_id', ...types.id, isPrimary: true, primaryKeyConstraintName: 'pk_quota_holds' },
          { name: 'user_id', ...types.id },
          { name: 'plan', ...types.text(50) },
          { name: 'day', ...types.text(10) },
          { name: 'month', ...types.text(7) },
          { name: 'tokens', ...types.bigInteger },
          { name: 'lease_until', ...types.time },
        ],
        indices: [{ name: 'ix_quota_holds_lease_until', columnNames: ['lease_until'] }],
      }),
      true,
    );
    await runner.createTable(
      new Table({
        name: 'usage_ledger',
        columns: [
          { name: 'id', ...types.id, isPrimary: true, primaryKeyConstraintName: 'pk_usage_ledger' },
          { name: 'at', ...types.time },
          { name: 'day', ...types.text(10) },
          { name: 'user_id', ...types.id },
          { name: 'conversation_id', ...types.id },
          { name: 'turn_id', ...types.id },
          { name: 'model', ...types.text(100) },
          { name: 'plan', ...types.text(50) },
          { name: 'prompt_tokens', ...types.integer },
          { name: 'completion_tokens', ...types.integer },
          { name: 'total_tokens', ...types.integer },
          { name: 'charged_tokens', ...types.integer },
          { name: 'cost_micros', ...types.bigInteger },
          { name: 'status', ...types.text(16) },
          { name: 'own_key', ...types.boolean },
          { name: 'cached', ...types.boolean },
          { name: 'first_token_ms', ...types.integer, isNullable: true },
        ],
        uniques: [{ name: 'uq_usage_ledger_turn_id', columnNames: ['turn_id'] }],
        indices: [
          { name: 'ix_usage_ledger_user_id_day', columnNames: ['user_id', 'day'] },
          { name: 'ix_usage_ledger_day', columnNames: ['day'] },
        ],
      }),
      true,
    );
    await runner.query(
      `INSERT INTO plans
         (name, daily_requests, monthly_requests, daily_tokens, monthly_tokens, built_in, created_at, updated_at)
       VALUES
         ('free', 50, 1000, 10000, 100000, ${types.true}, '2026-01-03 00:00:00.000', '2026-01-03 00:00:00.000'),
         ('vip', 200, 5000, 50000, 500000, ${types.true}, '2026-01-03 00:00:00.000', '2026-01-03 00:00:00.000')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    const tables = ['usage_ledger', 'quota_holds', 'quota_counters', 'quota_overrides', 'plans'];
    for (const table of tables) await runner.dropTable(table);
  }
}
