import { type MigrationInterface, type QueryRunner, TableColumn } from 'typeorm';
import { columnTypes } from './column-types';

/** What is asked and answered in no conversation: its hold knows its model, and the ledger no conversation. */
export class Exchanges1768003200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.addColumn(
      'quota_holds',
      new TableColumn({ name: 'model', ...columnTypes(runner).text(100), isNullable: true }),
    );
    await runner.changeColumn('usage_ledger', 'conversation_id', conversationId(runner, true));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DELETE FROM usage_ledger WHERE conversation_id IS NULL');
    await runner.changeColumn('usage_ledger', 'conversation_id', conversationId(runner, false));
    await runner.dropColumn('quota_holds', 'model');
  }
}

function conversationId(runner: QueryRunner, isNullable: boolean): TableColumn {
  return new TableColumn({ name: 'conversation_id', ...columnTypes(runner).id, isNullable });
}
