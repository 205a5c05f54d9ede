import { type MigrationInterface, type QueryRunner, Table, TableIndex } from 'typeorm';
import { columnTypes } from './column-types';

// Both said, for what MariaDB takes for unsaid is not what the others do.
const cascade = { onDelete: 'CASCADE', onUpdate: 'NO ACTION' };

export class Accounts1767312000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const types = columnTypes(runner);
    const ofUser = (table: string) => ({
      name: `fk_${table}_user_id`,
      columnNames: ['user_id'],
      referencedTableName: 'users',
      referencedColumnNames: ['id'],
      ...cascade,
    });

    await runner.createIndex(
      'users',
      new TableIndex({ name: 'ix_users_created_at_id', columnNames: ['created_at', 'id'] }),
    );
    await runner.createTable(
      new Table({
        name: 'roles',
        columns: [
          { name: 'name', ...types.text(50), isPrimary: true, primaryKeyConstraintName: 'pk_roles' },
          { name: 'permissions', ...types.json },
          { name: 'built_in', ...types.boolean, default: types.false },
          { name: 'created_at', ...types.time },
          { name: 'updated_at', ...types.time },
        ],
      }),
      true,
    );
    await runner.createTable(
      new Table({
        name: 'user_roles',
        columns: [
          { name: 'user_id', ...types.id, isPrimary: true, primaryKeyConstraintName: 'pk_user_roles' },
          { name: 'role_name', ...types.text(50), isPrimary: true, primaryKeyConstraintName: 'pk_user_roles' },
        ],
        indices: [{ name: 'ix_user_roles_role_name', columnNames: ['role_name'] }],
        foreignKeys: [
          ofUser('user_roles'),
          {
            name: 'fk_user_roles_role_name',
            columnNames: ['role_name'],
            referencedTableName: 'roles',
            referencedColumnNames: ['name'],
            ...cascade,
          },
        ],
      }),
      true,
    );
    await runner.createTable(
      new Table({
        name: 'sessions',
        columns: [
          { name: 'id', ...types.id, isPrimary: true, primaryKeyConstraintName: 'pk_sessions' },
          { name: 'user_id', ...types.id },
          { name: 'user_agent', ...types.text(300), isNullable: true },
          { name: 'ip', ...types.text(64), isNullable: true },
          { name: 'created_at', ...types.time },
          { name: 'last_used_at', ...types.time },
          { name: 'expires_at', ...types.time },
          { name: 'refresh_id', ...types.id },
          { name: 'previous_refresh_id', ...types.id, isNullable: true },
          { name: 'rotated_at', ...types.time, isNullable: true },
        ],
        indices: [
          { name: 'ix_sessions_user_id', columnNames: ['user_id'] },
          { name: 'ix_sessions_expires_at', columnNames: ['expires_at'] },
        ],
        foreignKeys: [ofUser('sessions')],
      }),
      true,
    );
    await runner.createTable(
      new Table({
        name: 'api_keys',
        columns: [
          { name: 'id', ...types.id, isPrimary: true, primaryKeyConstraintName: 'pk_api_keys' },
          { name: 'user_id', ...types.id },
          { name: 'name', ...types.text(100) },
          { name: 'prefix', ...types.text(16) },
          { name: 'key_hash', ...types.text(64) },
          { name: 'scopes', ...types.json },
          { name: 'expires_at', ...types.time, isNullable: true },
          { name: 'last_used_at', ...types.time, isNullable: true },
          { name: 'created_at', ...types.time },
        ],
        uniques: [{ name: 'uq_api_keys_key_hash', columnNames: ['key_hash'] }],
        indices: [{ name: 'ix_api_keys_user_id', columnNames: ['user_id'] }],
        foreignKeys: [ofUser('api_keys')],
      }),
      true,
    );
    await runner.createTable(
      new Table({
        name: 'password_resets',
        columns: [
          { name: 'user_id', ...types.id, isPrimary: true, primaryKeyConstraintName: 'pk_password_resets' },
          { name: 'token_hash', ...types.text(64) },
          { name: 'expires_at', ...types.time },
          { name: 'created_at', ...types.time },
        ],
        uniques: [{ name: 'uq_password_resets_token_hash', columnNames: ['token_hash'] }],
        foreignKeys: [ofUser('password_resets')],
      }),
      true,
    );
    await runner.createTable(
      new Table({
        name: 'audit_logs',
        columns: [
          { name: 'id', ...types.id, isPrimary: true, primaryKeyConstraintName: 'pk_audit_logs' },
          { name: 'at', ...types.time },
          { name: 'action', ...types.text(64) },
          { name: 'actor_id', ...types.id, isNullable: true },
          { name: 'actor_name', ...types.text(50), isNullable: true },
          { name: 'target_type', ...types.text(32), isNullable: true },
          { name: 'target_id', ...types.text(100), isNullable: true },
          { name: 'ip', ...types.text(64), isNullable: true },
          { name: 'user_agent', ...types.text(300), isNullable: true },
          { name: 'request_id', ...types.text(128), isNullable: true },
          { name: 'details', ...types.json },
        ],
        indices: [
          { name: 'ix_audit_logs_action_id', columnNames: ['action', 'id'] },
          { name: 'ix_audit_logs_actor_id_id', columnNames: ['actor_id', 'id'] },
          { name: 'ix_audit_logs_target_id_id', columnNames: ['target_id', 'id'] },
          { name: 'ix_audit_logs_at', columnNames: ['at'] },
        ],
      }),
      true,
    );
    await runner.query(
      `INSERT INTO roles (name, permissions, built_in, created_at, updated_at) VALUES
         ('user', '[]', ${types.true}, '2026-01-02 00:00:00.000', '2026-01-02 00:00:00.000'),
         ('admin', '[]', ${types.true}, '2026-01-02 00:00:00.000', '2026-01-02 00:00:00.000')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    const tables = ['audit_logs', 'password_resets', 'api_keys', 'sessions', 'user_roles', 'roles'];
    for (const table of tables) await runner.dropTable(table);
    await runner.dropIndex('users', 'ix_users_created_at_id');
  }
}
