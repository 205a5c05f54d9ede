import { setTimeout as pause } from 'node:timers/promises';
import { Logger, type OnModuleDestroy } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { isTransient, reasonOf } from './database-errors';
import { engineOf } from './engine';
import { migrate } from './migrate';

/** After this a boot goes on without its database; a healthy one is open and migrated long before. */
const BOOT_PATIENCE_MS = 10_000;
const LONGEST_PAUSE_MS = 4_000;

/** Connects and migrates; a database server that is away is waited for in the background, for as long as it takes. */
export class DatabaseConnection implements OnModuleDestroy {
  private readonly logger = new Logger(DatabaseConnection.name);
  private readonly ended = new AbortController();
  private trying: Promise<void> = Promise.resolve();
  private lastReason: string | undefined;
  private markOpen: () => void = () => undefined;
  private readonly opened = new Promise<void>((resolve) => (this.markOpen = resolve));

  private constructor(private readonly dataSource: DataSource) {}

  /** Rejects for a SQLite file that cannot be used: nothing but a change by hand would help. */
  static async open(dataSource: DataSource): Promise<DatabaseConnection> {
    const connection = new DatabaseConnection(dataSource);
    const firstAttempt = connection.attempt();
    if (engineOf(dataSource) === 'sqlite') await endBootIfUnusable(String(dataSource.options.database), firstAttempt);
    connection.trying = firstAttempt.then((failure) => (failure === undefined ? undefined : connection.keepTrying()));
    await Promise.race([firstAttempt, pause(BOOT_PATIENCE_MS, undefined, { ref: false })]);
    return connection;
  }

  /** Resolves once the database has been connected and migrated. */
  whenOpen(): Promise<void> {
    return this.opened;
  }

  async onModuleDestroy(): Promise<void> {
    this.ended.abort();
    await this.trying;
  }

  private async keepTrying(): Promise<void> {
    const { signal } = this.ended;
    for (let wait = 500; !signal.aborted; wait = Math.min(wait * 2, LONGEST_PAUSE_MS)) {
      await pause(wait, undefined, { signal }).catch(() => undefined);
      if (signal.aborted || (await this.attempt()) === undefined) return;
    }
  }

  /** Answers why it failed, if it did. */
  private async attempt(): Promise<unknown> {
    try {
      if (!this.dataSource.isInitialized) await this.dataSource.initialize();
      await migrate(this.dataSource);
    } catch (err) {
      const reason = reasonOf(err);
      // Tried again and again, told once.
      if (reason !== this.lastReason) this.logger.error({ msg: 'the database cannot be used yet', reason, err });
      this.lastReason = reason;
      return err;
    }
    this.logger.log({ msg: 'the database is ready', engine: engineOf(this.dataSource) });
    this.markOpen();
    return undefined;
  }
}

async function endBootIfUnusable(file: string, firstAttempt: Promise<unknown>): Promise<void> {
  const cause = await firstAttempt;
  if (cause === undefined || isTransient(cause)) return;
  throw new Error(`DATABASE_URL: ${file} cannot be used: ${reasonOf(cause)}`, { cause });
}
