import { type MigrationInterface, type QueryRunner, TableColumn, TableIndex } from 'typeorm';
import { columnTypes } from './column-types';

/** Where in the body of an event that is there already the user's id begins; what is before it has one length. */
const ID_BEGINS =
  [
    `{"id":"${' '.repeat(36)}","type":"quota.alert","created_at":"2026-01-01T12:00:00.000Z"`,
    ',"data":{"user":{"id":"',
  ].join('').length + 1;

/** Whom a webhook tells of, so that it can be forgotten; and deliveries by what became of them. */
export class WebhookUsers1768176000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const types = columnTypes(runner);
    await runner.addColumn('webhook_deliveries', new TableColumn({ name: 'user_id', ...types.id, isNullable: true }));
    const id = `SUBSTR(body, ${ID_BEGINS}, 36)`;
    await runner.query(
      `UPDATE webhook_deliveries SET user_id = ${types.id.type === 'uuid' ? `CAST(${id} AS uuid)` : id}`,
    );
    for (const columnNames of [['status', 'id'], ['user_id']]) {
      const name = `ix_webhook_deliveries_${columnNames.join('_')}`;
      await runner.createIndex('webhook_deliveries', new TableIndex({ name, columnNames }));
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex('webhook_deliveries', 'ix_webhook_deliveries_user_id');
    await runner.dropIndex('webhook_deliveries', 'ix_webhook_deliveries_status_id');
    await runner.dropColumn('webhook_deliveries', 'user_id');
  }
}
