import { Injectable } from '@nestjs/common';
import { ConversationThreads } from '#conversations';
import { type Actor, AppError } from '#kernel';
import { Announcements, Transaction, type Tx } from '#platform';
import type { Message } from './message';
import { type EditedText, MessagesRepository } from './messages.repository';
import { MessageTree } from './tree/message-tree';

/** What a person does to their messages without asking the model. Ids come in lower case; another's is `not_found`. */
@Injectable()
export class MessageChanges {
  constructor(
    private readonly transaction: Transaction,
    private readonly threads: ConversationThreads,
    private readonly repository: MessagesRepository,
    private readonly tree: MessageTree,
    private readonly announcements: Announcements,
  ) {}

  async edit(actor: Actor, id: string, text: EditedText): Promise<Message> {
    const edited = await this.transaction.run(async (tx) => {
      const { thread, message } = await this.locked(tx, actor, id);
      refuseWhileStreaming(message);
      await this.tree.edit(tx, thread, id, text);
      return this.owned(tx, actor, id);
    });
    this.tell('message_updated', actor, edited);
    return edited;
  }

  async delete(actor: Actor, id: string): Promise<void> {
    const deleted = await this.transaction.run(async (tx) => {
      const { thread, message } = await this.locked(tx, actor, id);
      refuseWhileStreaming(message);
      await this.tree.delete(tx, thread, message);
      return message;
    });
    this.tell('message_deleted', actor, deleted);
  }

  /** Makes the branch through the message the active one, unless it is. */
  async activate(actor: Actor, id: string): Promise<Message> {
    const activated = await this.transaction.run(async (tx) => {
      const { thread, message } = await this.locked(tx, actor, id);
      if (message.isActive) return message;
      await this.tree.activate(tx, thread, id);
      return { ...message, isActive: true };
    });
    this.tell('message_updated', actor, activated);
    return activated;
  }

  private tell(
    kind: 'message_updated' | 'message_deleted',
    { userId }: Actor,
    { id: messageId, conversationId }: Message,
  ): void {
    this.announcements.tell(
      userId,
      { kind, messageId, conversationId },
      { kind: 'conversation_updated', conversationId },
    );
  }

  /** Nobody else changes the conversation until the transaction ends. */
  private async locked(tx: Tx, actor: Actor, id: string) {
    const conversationId = await this.repository.conversationOf(tx, actor.userId, id);
    if (conversationId === undefined) throw new AppError('not_found');
    const thread = await this.threads.lockOwned(tx, actor.userId, conversationId);
    // It may have changed, or gone, before.
    return { thread, message: await this.owned(tx, actor, id) };
  }

  private async owned(tx: Tx, actor: Actor, id: string): Promise<Message> {
    const message = await this.repository.findOwned(tx, actor.userId, id);
    if (message === undefined) throw new AppError('not_found');
    return message;
  }
}

function refuseWhileStreaming({ id, status }: Message): void {
  if (status === 'streaming') throw new AppError('conflict', { reason: 'turn_running', details: { message_id: id } });
}
