import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { columnTypes } from './column-types';

export class CreateUsers1767225600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const types = columnTypes(runner);
    await runner.createTable(
      new Table({
        name: 'users',
        columns: [
          { name: 'id', ...types.id, isPrimary: true, primaryKeyConstraintName: 'pk_users' },
          { name: 'username', ...types.text(50) },
          { name: 'username_key', ...types.text(200) },
          { name: 'email', ...types.text(320), isNullable: true },
          { name: 'email_key', ...types.text(320), isNullable: true },
          { name: 'password_hash', ...types.text(255) },
          { name: 'is_active', ...types.boolean, default: types.true },
          { name: 'is_vip', ...types.boolean, default: types.false },
          { name: 'vip_expires_at', ...types.time, isNullable: true },
          { name: 'plan', ...types.text(50), isNullable: true },
          { name: 'created_at', ...types.time },
          { name: 'updated_at', ...types.time },
        ],
        uniques: [
          { name: 'uq_users_username_key', columnNames: ['username_key'] },
          { name: 'uq_users_email_key', columnNames: ['email_key'] },
        ],
      }),
      true,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('users');
  }
}
