import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { columnTypes } from './column-types';

const reference = (table: string, column: string, referencedTable: string) => ({
  name: `fk_${table}_${column}`,
  columnNames: [column],
  referencedTableName: referencedTable,
  referencedColumnNames: ['id'],
  onDelete: 'CASCADE',
  onUpdate: 'NO ACTION',
});

export class Shares1767830401000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const types = columnTypes(runner);
    await runner.createTable(
      new Table({
        name: 'shares',
        columns: [
          { name: 'id', ...types.id, isPrimary: true, primaryKeyConstraintName: 'pk_shares' },
          { name: 'conversation_id', ...types.id },
          { name: 'user_id', ...types.id },
          { name: 'token_hash', ...types.text(64) },
          { name: 'token_sealed', ...types.longText },
          { name: 'title', ...types.text(200) },
          { name: 'model', ...types.text(100) },
          { name: 'password_hash', ...types.text(255), isNullable: true },
          { name: 'expires_at', ...types.time, isNullable: true },
          { name: 'view_count', ...types.integer, default: '0' },
          { name: 'created_at', ...types.time },
        ],
        uniques: [{ name: 'uq_shares_token_hash', columnNames: ['token_hash'] }],
        indices: [
          { name: 'ix_shares_conversation_id', columnNames: ['conversation_id'] },
          { name: 'ix_shares_user_id', columnNames: ['user_id'] },
          { name: 'ix_shares_expires_at', columnNames: ['expires_at'] },
        ],
        foreignKeys: [reference('shares', 'conversation_id', 'conversations'), reference('shares', 'user_id', 'users')],
      }),
      true,
    );
    const key = { isPrimary: true, primaryKeyConstraintName: 'pk_shared_messages' };
    await runner.createTable(
      new Table({
        name: 'shared_messages',
        columns: [
          { name: 'share_id', ...types.id, ...key },
          { name: 'seq', ...types.bigInteger, ...key },
          { name: 'role', ...types.text(16) },
          { name: 'content', ...types.longText },
          { name: 'model', ...types.text(100), isNullable: true },
          { name: 'tokens_used', ...types.integer },
          { name: 'created_at', ...types.time },
        ],
        foreignKeys: [reference('shared_messages', 'share_id', 'shares')],
      }),
      true,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['shared_messages', 'shares']) await runner.dropTable(table);
  }
}
