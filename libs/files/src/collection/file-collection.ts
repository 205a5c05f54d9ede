import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Clock } from '#kernel';
import { Announcements, Db, type FilesConfig } from '#platform';
import { FILES_CONFIG } from '../files-config';
import { FilesRepository, type Leftover } from '../files.repository';
import { FileStore } from '../store/file-store';

const HOUR_MS = 3_600_000;
const FORGOTTEN_MS = 24 * HOUR_MS;
/** Far longer than it takes to store a file or to take one away. */
const BROKEN_OFF_MS = HOUR_MS;

/**
 * Takes away the files that nobody will miss: of conversations and accounts that are gone, forgotten before they were
 * attached, or half stored when a process ended. Each is taken by one replica at a time; one that fails is tried again.
 */
@Injectable()
export class FileCollection implements OnModuleInit {
  private readonly logger = new Logger(FileCollection.name);

  constructor(
    private readonly db: Db,
    private readonly repository: FilesRepository,
    private readonly store: FileStore,
    private readonly clock: Clock,
    private readonly announcements: Announcements,
    @Inject(FILES_CONFIG) private readonly config: FilesConfig,
  ) {}

  onModuleInit(): void {
    this.announcements.onTold(({ userId, announcements }) => {
      const isGone = announcements.some(({ kind }) => kind === 'conversation_deleted');
      if (isGone && userId !== null) void this.collectOf(userId);
    });
  }

  async collect(): Promise<void> {
    const now = this.clock.now();
    const overdue = { hidden: new Date(now - BROKEN_OFF_MS), unattached: new Date(now - FORGOTTEN_MS) };
    await this.takeAll(() => this.repository.leftovers(this.db, overdue));
    await this.clearSpool();
  }

  /** What accounts have left. */
  async collectAbandoned(): Promise<void> {
    try {
      await this.takeAll(() => this.repository.abandoned(this.db));
    } catch (err) {
      this.logger.warn({ msg: 'files of a deleted account stay for another hour', err });
    }
  }

  /** What a person's deleted conversations have left. */
  private async collectOf(userId: string): Promise<void> {
    try {
      await this.takeAll(() => this.repository.leftoversOf(this.db, userId));
    } catch (err) {
      this.logger.warn({ msg: 'files of a deleted conversation stay for another hour', err });
    }
  }

  private async takeAll(find: () => Promise<readonly Leftover[]>): Promise<void> {
    for (let taken = 1; taken > 0;) {
      taken = 0;
      for (const leftover of await find()) if (await this.take(leftover)) taken += 1;
    }
  }

  /** False: another does. */
  private async take(leftover: Leftover): Promise<boolean> {
    const { id } = leftover;
    if (!(await this.repository.claim(this.db, leftover, this.clock.date()))) return false;
    await this.store.delete(id);
    await this.repository.delete(this.db, id);
    return true;
  }

  /** Of uploads whose process has ended in the midst of them. */
  private async clearSpool(): Promise<void> {
    const spool = join(this.config.directory, 'incoming');
    for (const name of await readdir(spool).catch(() => [])) {
      const path = join(spool, name);
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
      if (mtimeMs < Date.now() - FORGOTTEN_MS) await rm(path, { force: true });
    }
  }
}
