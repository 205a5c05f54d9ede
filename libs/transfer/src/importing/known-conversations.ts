import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Conversations } from '#conversations';
import type { Actor } from '#kernel';
import { Db, type Tx } from '#platform';
import { type Draft, Skip } from './draft';
import { ImportsRepository } from './imports.repository';

/** A conversation that was read. */
export interface Sprout {
  readonly draft: Draft;
  readonly sourceKey: string;
  /** Of the text of which it was made, in characters. */
  readonly length: number;
}

/** Which conversations are here already. `Skip` is thrown for them. */
@Injectable()
export class KnownConversations {
  constructor(
    private readonly db: Db,
    private readonly conversations: Conversations,
    private readonly imports: ImportsRepository,
  ) {}

  /** Before anything is made of it. */
  async refuse({ userId }: Actor, sprout: Sprout): Promise<void> {
    const wasImported = await this.imports.has(this.db, userId, sprout.sourceKey);
    if (wasImported || (await this.wasExported(this.db, userId, sprout))) throw alreadyHere(sprout);
  }

  /** Of several at once one is noted. */
  async note(tx: Tx, userId: string, sprout: Sprout, conversationId: string): Promise<void> {
    const isFirst = await this.imports.note(tx, userId, sprout.sourceKey, conversationId);
    if (!isFirst || (await this.wasExported(tx, userId, sprout))) throw alreadyHere(sprout);
  }

  /** From here, and has not been deleted since. */
  private async wasExported(db: Db, userId: string, { draft: { key } }: Sprout): Promise<boolean> {
    return key !== undefined && this.conversations.has(db, userId, key.toLowerCase());
  }
}

/** By which it is known again: what it was called there, or without a name all that it was. */
export function sourceKeyOf({ key }: Draft, text: string): string {
  const hash = createHash('sha256');
  return (key === undefined ? hash.update('text ').update(text) : hash.update('key ').update(key)).digest('hex');
}

function alreadyHere({ draft: { title } }: Sprout): Skip {
  return new Skip('already_imported', title);
}
