import { Injectable } from '@nestjs/common';
import { Files, Uploads } from '#files';
import { type Actor, AppError, isId } from '#kernel';
import { Db } from '#platform';
import type { ArchivedFile } from './archive';
import type { Budget } from './bounded';
import type { Draft, DraftAttachment, SkipReason } from './draft';
import type { FileIds } from './seedling';

/** What one import holds of files, and what became of those that were asked for. */
export interface FilesOfImport {
  readonly archived: ReadonlyMap<string, ArchivedFile>;
  /** What they were called, by their names in the archive. */
  readonly titles: ReadonlyMap<string, string>;
  readonly budget: Budget;
  /** The ids they have here, or why they have none. */
  readonly outcomes: Map<string, Outcome>;
}

export type Outcome = { readonly id: string } | { readonly reason: SkipReason };

export interface LeftOutFile {
  readonly file: string;
  readonly reason: SkipReason;
}

export interface TakenFiles {
  readonly ids: FileIds;
  readonly leftOut: readonly LeftOutFile[];
}

const AT_ONCE = 500;

/** The files that messages came with: taken as uploads are, each once, whatever how many messages came with it. */
@Injectable()
export class AttachmentIntake {
  constructor(
    private readonly db: Db,
    private readonly files: Files,
    private readonly uploads: Uploads,
  ) {}

  async take(actor: Actor, draft: Draft, files: FilesOfImport): Promise<TakenFiles> {
    const asked = attachmentsOf(draft);
    const ids = await this.alreadyHere(actor, [...asked.keys()]);
    const leftOut: LeftOutFile[] = [];
    for (const { key, name } of asked.values()) {
      if (ids.has(key)) continue;
      const outcome = files.outcomes.get(key) ?? (await this.takeOne(actor, key, name, files));
      if ('id' in outcome) ids.set(key, outcome.id);
      else leftOut.push({ file: name ?? titleOf(key, files), reason: outcome.reason });
    }
    return { ids, leftOut };
  }

  /** They were exported here, and are somewhere else still. */
  private async alreadyHere({ userId }: Actor, keys: readonly string[]): Promise<Map<string, string>> {
    const wanted = keys.filter(isId);
    const ids = new Map<string, string>();
    for (let at = 0; at < wanted.length; at += AT_ONCE) {
      const some = await this.files.some(this.db, userId, wanted.slice(at, at + AT_ONCE));
      for (const { id } of some) ids.set(id, id);
    }
    return ids;
  }

  private async takeOne(actor: Actor, key: string, name: string | undefined, files: FilesOfImport): Promise<Outcome> {
    const file = files.archived.get(key);
    if (file === undefined) return { reason: 'file_missing' };
    const outcome = await this.upload(actor, file, name ?? titleOf(key, files), files.budget);
    files.outcomes.set(key, outcome);
    return outcome;
  }

  private async upload(actor: Actor, file: ArchivedFile, name: string, budget: Budget): Promise<Outcome> {
    if (!budget.has(file.size)) return { reason: 'file_too_large' };
    budget.spend(file.size);
    try {
      const { id } = await this.uploads.receiveOnce(actor, { name, type: undefined, content: await file.open() });
      return { id };
    } catch (error) {
      const reason = error instanceof AppError ? reasonOf(error) : undefined;
      if (reason === undefined) throw error;
      return { reason };
    }
  }
}

/** What it was called, as far as anybody knows. */
export function titleOf(key: string, { archived, titles }: FilesOfImport): string {
  const name = archived.get(key)?.name;
  return name === undefined ? key : (titles.get(name) ?? name);
}

export function attachmentsOf({ messages }: Draft): ReadonlyMap<string, DraftAttachment> {
  return new Map(messages.flatMap(({ attachments }) => attachments).map((each) => [each.key, each]));
}

/** Undefined: it is not the file's fault. */
function reasonOf({ kind, reason, issues }: AppError): SkipReason | undefined {
  if (kind === 'malformed') return 'file_damaged';
  if (kind === 'too_large') return reason === 'allowance_used_up' ? reason : 'file_too_large';
  if (issues.some((issue) => issue.reason === 'too_many_pixels')) return 'file_too_large';
  return kind === 'unsupported_media' || kind === 'invalid' ? 'file_refused' : undefined;
}
