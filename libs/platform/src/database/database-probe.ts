import { stat } from 'node:fs/promises';
import { Injectable, Logger } from '@nestjs/common';
import { DataSource, type QueryRunner } from 'typeorm';
import { reasonOf } from './database-errors';
import { type Engine, engineOf } from './engine';
import { schemaIsCurrent } from './migrate';
import { withinLimit } from './time-limit';

const LIMIT_MS = 1_500;

@Injectable()
export class DatabaseProbe {
  private readonly logger = new Logger(DatabaseProbe.name);
  private readonly health = new Inquiry(() => this.acceptsWrites());
  private readonly schema = new Inquiry(() => schemaIsCurrent(this.dataSource));
  private lastReason: string | undefined;
  private inode: number | undefined;

  constructor(private readonly dataSource: DataSource) {}

  /** Whether it answers, in time, and would accept writes. */
  async check(): Promise<'healthy' | 'unhealthy'> {
    try {
      if (!(await this.health.answer())) throw new Error('the database is read-only');
      if (this.lastReason !== undefined) this.logger.log('the database is healthy again');
      this.lastReason = undefined;
      return 'healthy';
    } catch (err) {
      const reason = reasonOf(err);
      if (reason !== this.lastReason) this.logger.warn({ msg: 'the database is unhealthy', reason });
      this.lastReason = reason;
      return 'unhealthy';
    }
  }

  /** Whether all migrations of this build are applied. */
  async schemaReady(): Promise<boolean> {
    return this.schema.answer().catch(() => false);
  }

  private async acceptsWrites(): Promise<boolean> {
    const runner = this.dataSource.createQueryRunner();
    try {
      return (await acceptsWrites[engineOf(this.dataSource)](runner)) && (await this.isInItsPlace());
    } finally {
      await runner.release();
    }
  }

  /** SQLite goes on writing into a file that was deleted or replaced, and all of it is lost with the process. */
  private async isInItsPlace(): Promise<boolean> {
    const { type, database } = this.dataSource.options;
    if (type !== 'better-sqlite3' || database === ':memory:') return true;
    const { ino } = await stat(database).catch(() => ({ ino: undefined }));
    this.inode ??= ino;
    if (ino === undefined || ino !== this.inode)
      throw new Error(`${String(database)} was deleted or replaced: what is written now ends with the process`);
    return true;
  }
}

const acceptsWrites: Record<Engine, (runner: QueryRunner) => Promise<boolean>> = {
  async sqlite(runner) {
    // Takes the lock of a writer, and throws where there may be none.
    await runner.startTransaction();
    await runner.rollbackTransaction();
    return true;
  },
  async postgres(runner) {
    const [row] = (await runner.query('SHOW transaction_read_only')) as { transaction_read_only: string }[];
    return row?.transaction_read_only === 'off';
  },
  async mysql(runner) {
    const [row] = (await runner.query('SELECT @@global.read_only AS read_only')) as { read_only: number }[];
    return row?.read_only === 0;
  },
};

/** However many ask while it is under way, the database is asked once: a hung one gathers no crowd. */
class Inquiry {
  private running: Promise<boolean> | undefined;

  constructor(private readonly ask: () => Promise<boolean>) {}

  answer(): Promise<boolean> {
    this.running ??= this.ask().finally(() => (this.running = undefined));
    return withinLimit(LIMIT_MS, this.running);
  }
}
