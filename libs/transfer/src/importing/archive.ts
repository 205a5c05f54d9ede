import { basename } from 'node:path/posix';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import type { NamelessFile } from '#files';
import { AppError } from '#kernel';
import { chatGptFileKey } from './chatgpt-files';

/** Newer exports of ChatGPT's spread over several. */
const CONVERSATIONS = /(?:^|\/)conversations(?:-\d+)?\.json$/;
const NAMES = /(?:^|\/)files\.json$/;
const OWN_FILE = /(?:^|\/)files\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.\w{1,9}$/;

/** All of them are remembered while the archive is read. */
const MOST_ENTRIES = 20_000;
const LONGEST_NAME = 500;

/** A file that came along with conversations. */
export interface ArchivedFile {
  /** In the archive. */
  readonly name: string;
  /** As the archive says; what is read is not more. */
  readonly size: number;
  readonly open: () => Promise<Readable>;
}

const NOTHING = Buffer.alloc(0);

/** What is known of a ZIP archive that holds conversations. What cannot be read is `malformed`. */
export class Archive {
  private readonly conversations: Entry[] = [];
  private names: Entry | undefined;
  private readonly found = new Map<string, ArchivedFile>();
  private readonly fileNames = new Set<string>();
  private count = 0;

  private constructor(private readonly zip: ZipFile) {}

  /** `file` stays open, and stays its owner's. */
  static async open({ fd }: NamelessFile): Promise<Archive> {
    const { fromFdPromise } = await import('yauzl');
    try {
      const archive = new Archive(await fromFdPromise(fd, { autoClose: false }));
      for await (const entry of archive.zip.eachEntry()) archive.note(entry);
      if (archive.conversations.length > 0) return archive;
    } catch (cause) {
      throw broken(cause);
    }
    throw AppError.invalid({ field: 'file', reason: 'no_conversations' });
  }

  /** By what messages call them. */
  get files(): ReadonlyMap<string, ArchivedFile> {
    return this.found;
  }

  /** One of the files is called so. */
  has(name: string): boolean {
    return this.fileNames.has(name);
  }

  /** There is more in it than is looked at. */
  get isTooMuch(): boolean {
    return this.count > MOST_ENTRIES;
  }

  /** Each file of conversations. */
  async *conversationFiles(): AsyncGenerator<Readable> {
    for (const entry of this.conversations) yield await this.read(entry);
  }

  /** What the files were called, in an archive of ours. */
  async listOfNames(): Promise<Readable | undefined> {
    return this.names && this.read(this.names);
  }

  private note(entry: Entry): void {
    if (entry.fileName.length > LONGEST_NAME) return;
    const key = OWN_FILE.exec(entry.fileName)?.[1] ?? chatGptFileKey(basename(entry.fileName));
    const isConversations = CONVERSATIONS.test(entry.fileName);
    if (key === undefined && !isConversations && !NAMES.test(entry.fileName)) return;
    this.count += 1;
    if (this.isTooMuch) return;
    const lean = Object.assign(entry, { fileNameRaw: NOTHING, extraFieldRaw: NOTHING, extraFields: [], comment: '' });
    Object.assign(lean, { fileComment: '', fileCommentRaw: NOTHING });
    if (isConversations) this.conversations.push(lean);
    else if (key === undefined) this.names = lean;
    else if (!this.found.has(key)) this.keep(key, lean);
  }

  private keep(key: string, entry: Entry): void {
    const name = basename(entry.fileName);
    this.found.set(key, { name, size: entry.uncompressedSize, open: () => this.read(entry) });
    this.fileNames.add(name);
  }

  private async read(entry: Entry): Promise<Readable> {
    try {
      return Readable.from(checked(await this.zip.openReadStreamPromise(entry), entry.crc32));
    } catch (cause) {
      throw broken(cause);
    }
  }
}

/** As far as its sum goes; the size is checked by whoever inflates it. */
async function* checked(content: AsyncIterable<Buffer>, expected: number): AsyncGenerator<Buffer> {
  let sum = 0;
  try {
    for await (const chunk of content) {
      sum = crc32(chunk, sum);
      yield chunk;
    }
  } catch (cause) {
    throw broken(cause);
  }
  if (sum !== expected) throw broken(new Error('the sum is another'));
}

function broken(cause: unknown): AppError {
  return new AppError('malformed', { reason: 'archive_broken', cause });
}
