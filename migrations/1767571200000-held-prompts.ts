import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a turn's prompt takes, for whoever ends it after its process has died. */
export class HeldPrompts1767571200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE quota_holds ADD COLUMN prompt_tokens integer NOT NULL DEFAULT 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE quota_holds DROP COLUMN prompt_tokens');
  }
}
