import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { columnTypes } from './column-types';

const reference = (table: string, column: string, referencedTable: string, onDelete: string) => ({
  name: `fk_${table}_${column}`,
  columnNames: [column],
  referencedTableName: referencedTable,
  referencedColumnNames: ['id'],
  onDelete,
  onUpdate: 'NO ACTION',
});

const index = (table: string, ...columnNames: string[]) => ({
  name: ['ix', table, ...columnNames].join('_'),
  columnNames,
});

export class Files1767916800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const types = columnTypes(runner);
    await runner.createTable(
      new Table({
        name: 'files',
        columns: [
          { name: 'id', ...types.id, isPrimary: true, primaryKeyConstraintName: 'pk_files' },
          { name: 'user_id', ...types.id, isNullable: true },
          { name: 'name', ...types.text(255) },
          { name: 'type', ...types.text(100) },
          { name: 'size', ...types.bigInteger },
          { name: 'sha256', ...types.text(64) },
          { name: 'width', ...types.integer, isNullable: true },
          { name: 'height', ...types.integer, isNullable: true },
          { name: 'attached_at', ...types.time, isNullable: true },
          { name: 'hidden_since', ...types.time, isNullable: true },
          { name: 'created_at', ...types.time },
        ],
        indices: [index('files', 'user_id', 'id'), index('files', 'hidden_since')],
        foreignKeys: [reference('files', 'user_id', 'users', 'SET NULL')],
      }),
      true,
    );
    await runner.createTable(
      new Table({
        name: 'file_uses',
        columns: [
          { name: 'file_id', ...types.id, isPrimary: true, primaryKeyConstraintName: 'pk_file_uses' },
          { name: 'conversation_id', ...types.id, isPrimary: true, primaryKeyConstraintName: 'pk_file_uses' },
        ],
        indices: [index('file_uses', 'conversation_id')],
        foreignKeys: [
          reference('file_uses', 'file_id', 'files', 'CASCADE'),
          reference('file_uses', 'conversation_id', 'conversations', 'CASCADE'),
        ],
      }),
      true,
    );
    const { type, charset, collation } = types.json;
    const compared = charset === undefined ? '' : ` CHARACTER SET ${charset} COLLATE ${collation}`;
    await runner.query(`ALTER TABLE messages ADD COLUMN attachments ${type}${compared}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE messages DROP COLUMN attachments');
    for (const table of ['file_uses', 'files']) await runner.dropTable(table);
  }
}
