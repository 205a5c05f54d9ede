import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { columnTypes } from './column-types';

const reference = (table: string, column: string, referencedTable: string) => ({
  name: `fk_${table}_${column}`,
  columnNames: [column],
  referencedTableName: referencedTable,
  referencedColumnNames: ['id'],
  // Both said, for what MariaDB takes for unsaid is not what the others do.
  onDelete: 'CASCADE',
  onUpdate: 'NO ACTION',
});

const index = (table: string, ...columnNames: string[]) => ({
  name: ['ix', table, ...columnNames].join('_'),
  columnNames,
});

export class Conversations1767484800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const types = columnTypes(runner);
    await runner.createTable(
      new Table({
        name: 'conversations',
        columns: [
          { name: 'id', ...types.id, isPrimary: true, primaryKeyConstraintName: 'pk_conversations' },
          { name: 'user_id', ...types.id },
          { name: 'title', ...types.text(200) },
          { name: 'title_search', ...types.text(600) },
          { name: 'model', ...types.text(100) },
          { name: 'system_message', ...types.longText, isNullable: true },
          { name: 'api_key_sealed', ...types.longText, isNullable: true },
          { name: 'is_archived', ...types.boolean, default: types.false },
          { name: 'is_pinned', ...types.boolean, default: types.false },
          { name: 'message_count', ...types.integer, default: '0' },
          { name: 'last_message_content', ...types.text(200), isNullable: true },
          { name: 'last_message_role', ...types.text(16), isNullable: true },
          { name: 'last_message_at', ...types.time, isNullable: true },
          { name: 'active_leaf_id', ...types.id, isNullable: true },
          { name: 'next_seq', ...types.bigInteger, default: '1' },
          { name: 'running_message_id', ...types.id, isNullable: true },
          { name: 'lease_owner', ...types.text(64), isNullable: true },
          { name: 'lease_until', ...types.time, isNullable: true },
          { name: 'created_at', ...types.time },
          { name: 'updated_at', ...types.time },
        ],
        indices: [
          index('conversations', 'user_id', 'is_archived', 'updated_at', 'id'),
          index('conversations', 'user_id', 'is_archived', 'created_at', 'id'),
          index('conversations', 'user_id', 'is_archived', 'title_search', 'id'),
          index('conversations', 'lease_until'),
        ],
        foreignKeys: [reference('conversations', 'user_id', 'users')],
      }),
      true,
    );
    await runner.createTable(
      new Table({
        name: 'messages',
        columns: [
          { name: 'id', ...types.id, isPrimary: true, primaryKeyConstraintName: 'pk_messages' },
          { name: 'conversation_id', ...types.id },
          { name: 'user_id', ...types.id },
          { name: 'parent_id', ...types.id, isNullable: true },
          { name: 'seq', ...types.bigInteger },
          { name: 'role', ...types.text(16) },
          { name: 'type', ...types.text(16), default: `'text'` },
          { name: 'content', ...types.longText },
          { name: 'content_search', ...types.longText },
          { name: 'model', ...types.text(100), isNullable: true },
          { name: 'tokens_used', ...types.integer, default: '0' },
          { name: 'status', ...types.text(16) },
          { name: 'finish_reason', ...types.text(64), isNullable: true },
          { name: 'error_code', ...types.text(64), isNullable: true },
          { name: 'is_active', ...types.boolean },
          { name: 'created_at', ...types.time },
          { name: 'updated_at', ...types.time },
          { name: 'edited_at', ...types.time, isNullable: true },
        ],
        uniques: [{ name: 'uq_messages_conversation_id_seq', columnNames: ['conversation_id', 'seq'] }],
        indices: [
          index('messages', 'conversation_id', 'is_active', 'seq'),
          index('messages', 'conversation_id', 'parent_id'),
          index('messages', 'user_id', 'id'),
        ],
        foreignKeys: [
          reference('messages', 'conversation_id', 'conversations'),
          reference('messages', 'user_id', 'users'),
        ],
      }),
      true,
    );
    await runner.createTable(
      new Table({
        name: 'idempotency_keys',
        columns: [
          { name: 'user_id', ...types.id, isPrimary: true, primaryKeyConstraintName: 'pk_idempotency_keys' },
          {
            name: 'idempotency_key',
            ...types.text(255),
            isPrimary: true,
            primaryKeyConstraintName: 'pk_idempotency_keys',
          },
          { name: 'body_hash', ...types.text(64) },
          { name: 'conversation_id', ...types.id },
          { name: 'user_message_id', ...types.id },
          { name: 'message_id', ...types.id, isNullable: true },
          { name: 'expires_at', ...types.time },
        ],
        indices: [index('idempotency_keys', 'conversation_id'), index('idempotency_keys', 'expires_at')],
        foreignKeys: [
          reference('idempotency_keys', 'user_id', 'users'),
          reference('idempotency_keys', 'conversation_id', 'conversations'),
        ],
      }),
      true,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['idempotency_keys', 'messages', 'conversations']) await runner.dropTable(table);
  }
}
