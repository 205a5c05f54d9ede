import { type MigrationInterface, type QueryRunner, TableIndex } from 'typeorm';

const byTime = new TableIndex({
  name: 'ix_messages_user_id_created_at_id',
  columnNames: ['user_id', 'created_at', 'id'],
});
const byId = new TableIndex({ name: 'ix_messages_user_id_id', columnNames: ['user_id', 'id'] });

/** A person's messages by the time they were said: ids tell it only of those that were said here. */
export class MessageSearch1767830400000 implements MigrationInterface {
  // MySQL keeps no foreign key without an index: the new one is there before the old one goes.
  async up(runner: QueryRunner): Promise<void> {
    await runner.createIndex('messages', byTime);
    await runner.dropIndex('messages', byId);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.createIndex('messages', byId);
    await runner.dropIndex('messages', byTime);
  }
}
