import { AppError } from '#kernel';
import { attachmentsOf, type FilesOfImport, type LeftOutFile, titleOf } from './attachment-intake';
import { draftOfChatGpt } from './chatgpt-format';
import { type Draft, Skip, type SkipReason } from './draft';
import { type JsonElement, jsonElements } from './json-elements';
import { type Sprout, sourceKeyOf } from './known-conversations';
import { type Loose, looseIn } from './loose';
import { draftOfOwn } from './own-format';
import { collectGarbage, relieved } from './relieved';

export interface LeftOut {
  /** Of the conversation. */
  readonly title: string | null;
  readonly reason: SkipReason;
  /** What it was called; undefined: it is the conversation itself. */
  readonly file?: string;
}

export interface ImportReport {
  readonly conversations: number;
  readonly messages: number;
  readonly files: number;
  readonly skipped: readonly LeftOut[];
}

/** Of the JSON of one conversation, which has to fit into memory several times. */
const MOST_CONVERSATION_BYTES = 16 * 1024 * 1024;

const LONG = 2 * 1024 * 1024;

/** Nobody reads on, and the report has an end, whatever is in the file. */
const MOST_SKIPS_TOLD = 1_000;

/** One import, and the report of it. */
export class RunningImport {
  private conversations = 0;
  private messages = 0;
  private readonly skipped: LeftOut[] = [];
  /** Told after the conversations, of which there may be fewer. */
  private readonly skippedFiles: LeftOut[] = [];
  private readonly asked = new Set<string>();

  /** `plant` makes a conversation of what was read, and tells which of its files it has not got. */
  constructor(
    private readonly files: FilesOfImport,
    private readonly plant: (sprout: Sprout) => Promise<readonly LeftOutFile[]>,
  ) {}

  async read(chunks: AsyncIterable<Buffer>): Promise<void> {
    try {
      for await (const found of jsonElements(relieved(chunks), MOST_CONVERSATION_BYTES, sproutOf)) {
        await this.take(found);
      }
    } catch (error) {
      // What was read before it broke off is there, and the report says so.
      const isBroken = error instanceof AppError && error.kind === 'malformed';
      if (!isBroken || this.isNothing || this.conversations + this.skipped.length === 0) throw error;
      this.skip('unreadable', null);
    }
  }

  skip(reason: SkipReason, title: string | null): void {
    if (this.skipped.length < MOST_SKIPS_TOLD) this.skipped.push({ title, reason });
  }

  /** A file of nothing that is known is the wrong file. */
  end(): ImportReport {
    if (this.isNothing) throw AppError.invalid({ field: 'file', reason: 'no_conversations' });
    for (const key of this.files.archived.keys()) {
      if (!this.asked.has(key)) this.skipFile({ file: titleOf(key, this.files), reason: 'not_attached' }, null);
    }
    const files = [...this.files.outcomes.values()].filter((outcome) => 'id' in outcome).length;
    const { conversations, messages } = this;
    return { conversations, messages, files, skipped: [...this.skipped, ...this.skippedFiles] };
  }

  private get isNothing(): boolean {
    const { conversations, skipped } = this;
    return conversations === 0 && skipped.length > 0 && skipped.every(({ reason }) => reason === 'not_a_conversation');
  }

  private async take(found: Sprout | Skip): Promise<void> {
    try {
      if (found instanceof Skip) throw found;
      // What reading it took is several times as much, and nothing needs it any more.
      if (found.length > LONG) collectGarbage();
      for (const key of attachmentsOf(found.draft).keys()) if (this.files.archived.has(key)) this.asked.add(key);
      const { title, messages } = found.draft;
      for (const file of await this.plant(found)) this.skipFile(file, title);
      this.messages += messages.length;
      this.conversations += 1;
    } catch (error) {
      if (!(error instanceof Skip)) throw error;
      this.skip(error.reason, error.title);
    }
  }

  private skipFile(file: LeftOutFile, title: string | null): void {
    if (this.skippedFiles.length < MOST_SKIPS_TOLD) this.skippedFiles.push({ title, ...file });
  }
}

function sproutOf(element: JsonElement): Sprout | Skip {
  try {
    if (element === undefined) throw new Skip('too_large', null);
    const draft = draftOf(parsed(element));
    return { draft, sourceKey: sourceKeyOf(draft, element), length: element.length };
  } catch (error) {
    if (error instanceof Skip) return error;
    throw error;
  }
}

function parsed(text: string): Loose {
  try {
    return looseIn(JSON.parse(text)) ?? {};
  } catch {
    // The parser's own message quotes the text.
    throw new AppError('malformed', { reason: 'body_not_json' });
  }
}

/** Far more than any person says, and than any model answers; a conversation of more is not imported. */
const MOST_MESSAGES = 100_000;
const LONGEST_MESSAGE = 1_000_000;

function draftOf(conversation: Loose): Draft {
  const draft = draftOfKnownShape(conversation);
  const { title, messages } = draft;
  if (messages.length > MOST_MESSAGES) throw new Skip('too_many_messages', title);
  if (messages.some(({ content }) => content.length > LONGEST_MESSAGE)) throw new Skip('message_too_long', title);
  return draft;
}

function draftOfKnownShape(conversation: Loose): Draft {
  if (looseIn(conversation['mapping']) !== undefined) return draftOfChatGpt(conversation);
  if (Array.isArray(conversation['messages'])) return draftOfOwn(conversation);
  throw new Skip('not_a_conversation', null);
}
