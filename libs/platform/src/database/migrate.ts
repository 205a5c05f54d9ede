import { Logger } from '@nestjs/common';
import { type DataSource, type Migration, MigrationExecutor } from 'typeorm';
import { AppError } from '#kernel';
import { isTransient, reasonOf } from './database-errors';
import { type Engine, engineOf } from './engine';
import { underMigrationLock } from './migration-lock';

const logger = new Logger('Migrations');

/** Whether all migrations of this build are applied. Newer ones of a build that is being rolled out do no harm. */
export async function schemaIsCurrent(dataSource: DataSource): Promise<boolean> {
  const pending = await new MigrationExecutor(dataSource).getPendingMigrations();
  return pending.length === 0;
}

/** Applies what is not applied yet, once, however many processes begin together; answers what it applied. */
export async function migrate(dataSource: DataSource): Promise<Migration[]> {
  if (await schemaIsCurrent(dataSource)) return [];
  return exclusively(dataSource, async (executor) => {
    const pending = await executor.getPendingMigrations();
    for (const [index, migration] of pending.entries()) {
      const started = performance.now();
      logger.log({ msg: 'applying a migration', migration: migration.name, step: `${index + 1}/${pending.length}` });
      await executor.executeMigration(migration);
      logger.log({
        msg: 'migration applied',
        migration: migration.name,
        duration_ms: Math.round(performance.now() - started),
      });
    }
    return pending;
  });
}

export async function revertLastMigration(dataSource: DataSource): Promise<void> {
  await exclusively(dataSource, (executor) => executor.undoLastMigration());
}

async function exclusively<T>(dataSource: DataSource, work: (executor: MigrationExecutor) => Promise<T>): Promise<T> {
  const engine = engineOf(dataSource);
  const runner = dataSource.createQueryRunner();
  try {
    return await underMigrationLock[engine](runner, () => work(new MigrationExecutor(dataSource, runner)));
  } catch (cause) {
    if (cause instanceof AppError || isTransient(cause)) throw cause;
    throw new Error(`${failureWords[engine]}: ${reasonOf(cause)}`, { cause });
  } finally {
    await runner.release();
  }
}

const allUndone = 'The migration failed; nothing of it was kept';
const failureWords: Record<Engine, string> = {
  sqlite: allUndone,
  postgres: allUndone,
  mysql: 'The migration failed and may be half done, for MySQL cannot undo DDL: repair the schema by hand, then go on',
};
