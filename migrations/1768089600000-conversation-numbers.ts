import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { columnTypes } from './column-types';

/** Numbers for clients that know no UUIDs; a conversation gets its own when such a client first sees it. */
export class ConversationNumbers1768089600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const types = columnTypes(runner);
    await runner.createTable(
      new Table({
        name: 'conversation_numbers',
        columns: [
          {
            name: 'number',
            ...types.integer,
            isPrimary: true,
            // On SQLite too they are then never given twice, not even after what had the last one is deleted.
            isGenerated: true,
            generationStrategy: 'increment',
            primaryKeyConstraintName: 'pk_conversation_numbers',
          },
          { name: 'conversation_id', ...types.id },
        ],
        uniques: [{ name: 'uq_conversation_numbers_conversation_id', columnNames: ['conversation_id'] }],
        foreignKeys: [
          {
            name: 'fk_conversation_numbers_conversation_id',
            columnNames: ['conversation_id'],
            referencedTableName: 'conversations',
            referencedColumnNames: ['id'],
            onDelete: 'CASCADE',
            onUpdate: 'NO ACTION',
          },
        ],
      }),
      true,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('conversation_numbers');
  }
}
