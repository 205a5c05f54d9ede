import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { columnTypes } from './column-types';

const reference = (column: string, referencedTable: string) => ({
  name: `fk_imported_conversations_${column}`,
  columnNames: [column],
  referencedTableName: referencedTable,
  referencedColumnNames: ['id'],
  onDelete: 'CASCADE',
  onUpdate: 'NO ACTION',
});

const key = { isPrimary: true, primaryKeyConstraintName: 'pk_imported_conversations' };

export class ImportedConversations1767916801000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const types = columnTypes(runner);
    await runner.createTable(
      new Table({
        name: 'imported_conversations',
        columns: [
          { name: 'user_id', ...types.id, ...key },
          { name: 'source_key', ...types.text(64), ...key },
          { name: 'conversation_id', ...types.id },
        ],
        indices: [{ name: 'ix_imported_conversations_conversation_id', columnNames: ['conversation_id'] }],
        foreignKeys: [reference('user_id', 'users'), reference('conversation_id', 'conversations')],
      }),
      true,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('imported_conversations');
  }
}
