import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { type Actor, AppError, Clock } from '#kernel';
import { Db, type Tx } from '#platform';
import { FilesRepository } from './files.repository';
import { type ByteRange, FileStore } from './store/file-store';
import type { StoredFile } from './stored-file';

/** A person's files. Ids come in lower case; another's is `not_found`, as one that never was. */
@Injectable()
export class Files {
  constructor(
    private readonly db: Db,
    private readonly repository: FilesRepository,
    private readonly store: FileStore,
    private readonly clock: Clock,
  ) {}

  async find(actor: Actor, id: string): Promise<StoredFile> {
    const file = await this.repository.find(this.db, actor.userId, id);
    if (file === undefined) throw new AppError('not_found');
    return file;
  }

  /** All of them, in the order in which they were uploaded. */
  async *all({ userId }: Actor): AsyncGenerator<StoredFile> {
    let some = await this.repository.after(this.db, userId, undefined);
    while (some.length > 0) {
      yield* some;
      some = await this.repository.after(this.db, userId, some.at(-1)?.id);
    }
  }

  /** Of a file that was found before. */
  async read({ id }: StoredFile, range?: ByteRange): Promise<Readable> {
    const bytes = await this.store.read(id, range);
    if (bytes === undefined) throw new AppError('not_found');
    return bytes;
  }

  /** Messages that came with it keep its id, under which there is nothing any more. */
  async delete({ userId }: Actor, id: string): Promise<void> {
    if (!(await this.repository.hide(this.db, userId, id, this.clock.date()))) throw new AppError('not_found');
    await this.store.delete(id);
    await this.repository.delete(this.db, id);
  }

  /** Those of them that there are, in the order of `ids`. */
  async some(db: Db, userId: string, ids: readonly string[]): Promise<StoredFile[]> {
    const found = new Map((await this.repository.some(db, userId, ids)).map((file) => [file.id, file]));
    return ids.flatMap((id) => found.get(id) ?? []);
  }

  /** From now on they are there as long as the conversation is. One that is not the user's is refused. */
  async attach(tx: Tx, userId: string, conversationId: string, ids: readonly string[]): Promise<StoredFile[]> {
    const files = await this.attachSome(tx, userId, conversationId, ids);
    if (files.length < ids.length) throw AppError.invalid({ field: 'attachments', reason: 'no_such_file' });
    return files;
  }

  /** As `attach`, those of them that there are. */
  async attachSome(tx: Tx, userId: string, conversationId: string, ids: readonly string[]): Promise<StoredFile[]> {
    if (ids.length === 0) return [];
    await this.repository.use(tx, userId, conversationId, ids, this.clock.date());
    return this.some(tx, userId, ids);
  }
}
