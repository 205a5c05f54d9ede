import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { type ConversationDetails, Conversations } from '#conversations';
import { Files, type StoredFile } from '#files';
import { type Actor, AppError, Clock } from '#kernel';
import { Messages } from '#messages';
import { json } from './json';
import { ZipWriter } from './zip-writer';

/** A file of the archive, by its name. */
export type ExportedParts = Readonly<Record<string, AsyncIterable<string> | object>>;

const AT_ONCE = 100;

const OLDEST_FIRST = { archived: true, sort: 'created_at', order: 'asc', page: 1 } as const;

const ENDINGS: Readonly<Record<StoredFile['type'], string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'text/plain': 'txt',
};

export interface ExportedAccount {
  readonly chunks: Readable;
  /** In it, when it was begun. */
  readonly conversations: number;
  readonly files: number;
}

/** Everything of a user's in one archive, which is made while it is taken. */
@Injectable()
export class AccountExport {
  constructor(
    private readonly conversations: Conversations,
    private readonly messages: Messages,
    private readonly files: Files,
    private readonly clock: Clock,
  ) {}

  /** `parts` is what other rooms know of him. */
  async open(actor: Actor, parts: ExportedParts): Promise<ExportedAccount> {
    const zip = new ZipWriter(this.clock.date());
    zip.add('manifest.json', () => document(this.manifest(actor, parts)));
    for (const [name, part] of Object.entries(parts)) {
      zip.add(name, () => (Symbol.asyncIterator in part ? Readable.from(part) : document(part)));
    }
    zip.add('conversations.json', () => Readable.from(this.allConversations(actor)));
    const listed: object[] = [];
    for await (const file of this.files.all(actor)) {
      const path = `files/${file.id}.${ENDINGS[file.type]}`;
      listed.push({ id: file.id, path, name: file.name, type: file.type, created_at: file.createdAt.toISOString() });
      zip.add(path, () => this.contentOf(file));
    }
    zip.add('files.json', () => document(listed));
    const { total } = await this.conversations.list(actor, { ...OLDEST_FIRST, size: 1 });
    return { chunks: zip.end(), conversations: total, files: listed.length };
  }

  private manifest({ userId, username }: Actor, parts: ExportedParts) {
    return {
      format: 'account',
      version: 1,
      user: { id: userId, username },
      exported_at: this.clock.date().toISOString(),
      contents: [...Object.keys(parts), 'conversations.json', 'files.json', 'files/'],
    };
  }

  /** As they are imported again. */
  private async *allConversations(actor: Actor): AsyncGenerator<string> {
    let separator = '[\n';
    for await (const id of this.idsOf(actor)) {
      const conversation = await this.findUnlessGone(actor, id);
      if (conversation === undefined) continue;
      yield separator;
      yield* json(conversation, this.messages.all(actor, id, 'all'));
      separator = ',\n';
    }
    yield separator === ',\n' ? ']\n' : '[]\n';
  }

  private async *idsOf(actor: Actor): AsyncGenerator<string> {
    let cursor: string | undefined;
    do {
      const search = { ...OLDEST_FIRST, size: AT_ONCE, cursor };
      const { conversations, nextCursor }: Awaited<ReturnType<Conversations['list']>> = await this.conversations.list(
        actor,
        search,
      );
      for (const { id } of conversations) yield id;
      cursor = nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  private findUnlessGone(actor: Actor, id: string): Promise<ConversationDetails | undefined> {
    return unlessGone(this.conversations.find(actor, id));
  }

  /** Empty, if it has been deleted since the archive was begun. */
  private async contentOf(file: StoredFile): Promise<Readable> {
    return (await unlessGone(this.files.read(file))) ?? Readable.from([]);
  }
}

async function unlessGone<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof AppError && error.kind === 'not_found') return undefined;
    throw error;
  }
}

function document(value: object): Readable {
  return Readable.from([`${JSON.stringify(value, null, 2)}\n`]);
}
