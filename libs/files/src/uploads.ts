import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { type Actor, AppError, Clock, newId } from '#kernel';
import { Db, type FilesConfig, Transaction } from '#platform';
import { FILES_CONFIG } from './files-config';
import { FilesRepository } from './files.repository';
import { examine } from './intake/examination';
import { fileNameOf } from './intake/file-name';
import { sha256Of, spooled } from './intake/spool';
import { FileStore } from './store/file-store';
import type { StoredFile } from './stored-file';

export interface Upload {
  readonly name: string | undefined;
  /** What its sender says that it is. */
  readonly type: string | undefined;
  readonly content: Readable;
}

/** How files come in. What is refused leaves neither bytes nor a row. */
@Injectable()
export class Uploads {
  /** One image at a time is decoded, for what that may take in memory. */
  private examinations: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly db: Db,
    private readonly transaction: Transaction,
    private readonly repository: FilesRepository,
    private readonly store: FileStore,
    private readonly clock: Clock,
    @Inject(FILES_CONFIG) private readonly config: FilesConfig,
  ) {}

  receive(actor: Actor, upload: Upload): Promise<StoredFile> {
    return this.take(actor, upload, false);
  }

  /** As `receive`; what is there already, under this name, is not kept a second time. */
  receiveOnce(actor: Actor, upload: Upload): Promise<StoredFile> {
    return this.take(actor, upload, true);
  }

  private async take(actor: Actor, { name, type, content }: Upload, once: boolean): Promise<StoredFile> {
    const { directory, maxUploadBytes } = this.config;
    return spooled(join(directory, 'incoming'), content, maxUploadBytes, async (upload) => {
      const cleanPath = `${upload.path}.clean`;
      try {
        const { path, ...facts } = await this.inTurn(() => examine(upload, type, cleanPath));
        const createdAt = this.clock.date();
        const sha256 = await sha256Of(createReadStream(path));
        const file = { id: newId(createdAt.getTime()), name: fileNameOf(name), ...facts, sha256, createdAt };
        return await this.keep(actor, file, path, once);
      } finally {
        await rm(cleanPath, { force: true });
      }
    });
  }

  /** The row comes first and goes last, so that there are never bytes that nobody knows of. */
  private async keep({ userId }: Actor, file: StoredFile, path: string, once: boolean): Promise<StoredFile> {
    const same = await this.transaction.run(async (tx) => {
      const taken = await this.repository.lockTaken(tx, userId);
      if (taken === undefined) throw new AppError('unauthenticated');
      const found = once ? await this.repository.findSame(tx, userId, file) : undefined;
      if (found !== undefined) return found;
      this.refuseBeyondAllowance(taken, file.size);
      await this.repository.insert(tx, userId, file);
      return undefined;
    });
    if (same !== undefined) return same;
    try {
      await this.store.put(file.id, path, file.sha256);
    } catch (error) {
      await this.repository.delete(this.db, file.id);
      throw error;
    }
    // Otherwise the account went meanwhile, and the file goes with it.
    if (!(await this.repository.show(this.db, userId, file.id))) throw new AppError('unauthenticated');
    return file;
  }

  private refuseBeyondAllowance(taken: number, size: number): void {
    const { allowanceBytes } = this.config;
    if (taken + size <= allowanceBytes) return;
    throw new AppError('too_large', {
      reason: 'allowance_used_up',
      details: { limit_bytes: allowanceBytes, used_bytes: taken },
    });
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.examinations.then(work);
    this.examinations = done.catch(() => undefined);
    return done;
  }
}
