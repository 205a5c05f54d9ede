import { type MigrationInterface, type QueryRunner, TableColumn } from 'typeorm';
import { columnTypes } from './column-types';

/** How often the messages of a conversation have changed: whoever remembers them sees that he is out of date. */
export class ConversationRevisions1768262400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const { integer } = columnTypes(runner);
    await runner.addColumn('conversations', new TableColumn({ name: 'revision', ...integer, default: 0 }));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumn('conversations', 'revision');
  }
}
