import { Injectable } from '@nestjs/common';
import { Conversations } from '#conversations';
import { Files } from '#files';
import { type Actor, Clock, idAt } from '#kernel';
import { MessageTree } from '#messages';
import { Transaction } from '#platform';
import { KnownConversations, type Sprout } from './known-conversations';
import { type FileIds, Seedling } from './seedling';

/** Makes a conversation of what was read. */
@Injectable()
export class Planting {
  constructor(
    private readonly transaction: Transaction,
    private readonly conversations: Conversations,
    private readonly tree: MessageTree,
    private readonly files: Files,
    private readonly known: KnownConversations,
    private readonly clock: Clock,
  ) {}

  /** `files` tells the ids of those that messages came with. Throws `Skip` where it is there by now. */
  async plant(actor: Actor, sprout: Sprout, files: FileIds, usualModel: string): Promise<void> {
    const { userId } = actor;
    const { draft } = sprout;
    const now = this.clock.date();
    const createdAt = draft.createdAt ?? now;
    const updatedAt = draft.updatedAt ?? createdAt;
    const id = idAt(createdAt.getTime());
    const seedling = new Seedling(draft, id, createdAt);
    const { title, systemMessage, isArchived, isPinned } = draft;
    await this.transaction.run(async (tx) => {
      await this.conversations.plant(tx, userId, {
        id,
        title,
        systemMessage,
        isArchived,
        isPinned,
        createdAt,
        updatedAt,
        model: draft.model ?? usualModel,
        ...seedling.summary,
      });
      await this.known.note(tx, userId, sprout, id);
      const attached = await this.files.attachSome(tx, userId, id, [...new Set(files.values())]);
      await this.tree.plant(tx, userId, seedling.messages(files, attached));
    });
    await this.conversations.introduce(actor, id);
  }
}
