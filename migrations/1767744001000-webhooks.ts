import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { columnTypes } from './column-types';

/** Who was warned of what in which window, and what is to be told to WEBHOOK_URL. */
export class Webhooks1767744001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const types = columnTypes(runner);
    const key = { isPrimary: true, primaryKeyConstraintName: 'pk_quota_alerts' };
    await runner.createTable(
      new Table({
        name: 'quota_alerts',
        columns: [
          { name: 'user_id', ...types.id, ...key },
          { name: 'period', ...types.text(10), ...key },
          { name: 'metric', ...types.text(16), ...key },
          { name: 'threshold', ...types.integer, ...key },
          { name: 'at', ...types.time },
        ],
        foreignKeys: [
          {
            ...{ name: 'fk_quota_alerts_user_id', columnNames: ['user_id'], referencedTableName: 'users' },
            ...{ referencedColumnNames: ['id'], onDelete: 'CASCADE', onUpdate: 'NO ACTION' },
          },
        ],
      }),
      true,
    );
    await runner.createTable(
      new Table({
        name: 'webhook_deliveries',
        columns: [
          { name: 'id', ...types.id, isPrimary: true, primaryKeyConstraintName: 'pk_webhook_deliveries' },
          { name: 'event', ...types.text(64) },
          { name: 'body', ...types.longText },
          { name: 'status', ...types.text(16) },
          { name: 'attempts', ...types.integer },
          { name: 'created_at', ...types.time },
          { name: 'next_attempt_at', ...types.time, isNullable: true },
          { name: 'last_attempt_at', ...types.time, isNullable: true },
          { name: 'response_status', ...types.integer, isNullable: true },
          { name: 'error', ...types.text(200), isNullable: true },
        ],
        indices: [{ name: 'ix_webhook_deliveries_next_attempt_at', columnNames: ['next_attempt_at'] }],
      }),
      true,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['webhook_deliveries', 'quota_alerts']) await runner.dropTable(table);
  }
}
