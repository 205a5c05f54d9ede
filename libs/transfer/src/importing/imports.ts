import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { type NamelessFile, spooledNameless } from '#files';
import type { Actor } from '#kernel';
import { TRANSFER_CONFIG, type TransferConfig } from '../transfer-config';
import { Archive } from './archive';
import { AttachmentIntake, type FilesOfImport } from './attachment-intake';
import { bounded, Budget } from './bounded';
import { KnownConversations } from './known-conversations';
import { listOfNames } from './list-of-names';
import { OneAtATime } from './one-at-a-time';
import { Planting } from './planting';
import { type ImportReport, RunningImport } from './running-import';
import { WaitingRoom } from './waiting-room';

/** Each takes as much of the disk as an import may be long. */
const MOST_INSIDE = 20;
const MOST_OF_ONE = 3;

const ARCHIVE = Buffer.from('PK\x03\x04');

/**
 * Takes in conversations: as JSON, or in a ZIP archive. A file waits on disk until it is its turn, so that no sender is
 * slow at the others' expense, and memory holds one conversation, however many send.
 */
@Injectable()
export class Imports {
  private readonly room = new WaitingRoom(MOST_INSIDE, MOST_OF_ONE);
  private readonly turns = new OneAtATime();

  constructor(
    private readonly known: KnownConversations,
    private readonly intake: AttachmentIntake,
    private readonly planting: Planting,
    @Inject(TRANSFER_CONFIG) private readonly config: TransferConfig,
  ) {}

  /** Conversations that name no model get `usualModel`. */
  receive(actor: Actor, source: AsyncIterable<Buffer>, usualModel: string): Promise<ImportReport> {
    const { directory, maxImportBytes } = this.config;
    return this.room.enter(actor.userId, () =>
      spooledNameless(join(directory, 'incoming'), source, { maxBytes: maxImportBytes }, (file) =>
        this.turns.take(() => this.take(actor, file, usualModel)),
      ),
    );
  }

  private async take(actor: Actor, file: NamelessFile, usualModel: string): Promise<ImportReport> {
    if (!(await isArchive(file))) {
      const running = this.begin(actor, NO_FILES, usualModel);
      await running.read(file.read());
      return running.end();
    }
    const archive = await Archive.open(file);
    const budget = new Budget(this.config.maxImportBytes);
    const running = this.begin(actor, await filesOf(archive, this.config.maxImportBytes), usualModel);
    if (archive.isTooMuch) running.skip('too_many_files', null);
    for await (const conversations of archive.conversationFiles()) await running.read(bounded(conversations, budget));
    return running.end();
  }

  private begin(actor: Actor, files: FilesOfImport, usualModel: string): RunningImport {
    return new RunningImport(files, async (sprout) => {
      await this.known.refuse(actor, sprout);
      const { ids, leftOut } = await this.intake.take(actor, sprout.draft, files);
      await this.planting.plant(actor, sprout, ids, usualModel);
      return leftOut;
    });
  }
}

const NO_FILES: FilesOfImport = {
  archived: new Map(),
  titles: new Map(),
  budget: new Budget(0),
  outcomes: new Map(),
};

async function filesOf(archive: Archive, maxBytes: number): Promise<FilesOfImport> {
  const budget = new Budget(maxBytes);
  return { archived: archive.files, titles: await listOfNames(archive), budget, outcomes: new Map() };
}

async function isArchive(file: NamelessFile): Promise<boolean> {
  for await (const beginning of file.read()) {
    return beginning.subarray(0, ARCHIVE.length).equals(ARCHIVE);
  }
  return false;
}
