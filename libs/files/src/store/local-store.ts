import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { AppError } from '#kernel';
import { ensureDirectory } from '#platform';
import { type ByteRange, FileStore } from './file-store';

/** A folder of this machine's, or one that all replicas share. */
export class LocalStore extends FileStore {
  constructor(private readonly directory: string) {
    super();
  }

  async put(id: string, path: string): Promise<void> {
    const place = this.placeOf(id);
    try {
      ensureDirectory(dirname(place), 0o700);
      await rename(path, place);
    } catch (cause) {
      throw new AppError('unavailable', { cause });
    }
  }

  async read(id: string, range?: ByteRange): Promise<Readable | undefined> {
    try {
      const file = await open(this.placeOf(id));
      return file.createReadStream(range);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new AppError('unavailable', { cause });
    }
  }

  async delete(id: string): Promise<void> {
    try {
      await rm(this.placeOf(id), { force: true });
    } catch (cause) {
      throw new AppError('unavailable', { cause });
    }
  }

  /** Ids begin with their time, so it is their ends that spread. */
  private placeOf(id: string): string {
    return join(this.directory, id.slice(-2), id);
  }
}
