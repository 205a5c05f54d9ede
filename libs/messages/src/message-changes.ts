import { Injectable } from '@nestjs/common';
import { ConversationThreads } from '#conversations';
import { type Actor, AppError } from '#kernel';
import { Transaction, type Tx } from '#platform';
import type { Message } from './message';
import { MessagesRepository } from './messages.repository';
import { MessageTree } from './tree/message-tree';

/** What a person does to their messages without asking the model. Ids come in lower case; another's is `not_found`. */
@Injectable()
export class MessageChanges {
  constructor(
    private readonly transaction: Transaction,
    private readonly threads: ConversationThreads,
    private readonly repository: MessagesRepository,
    private readonly tree: MessageTree,
  ) {}

  edit(actor: Actor, id: string, content: string): Promise<Message> {
    return this.transaction.run(async (tx) => {
      const { thread, message } = await this.locked(tx, actor, id);
      refuseWhileStreaming(message);
      await this.tree.edit(tx, thread, id, content);
      return this.owned(tx, actor, id);
    });
  }

  delete(actor: Actor, id: string): Promise<void> {
    return this.transaction.run(async (tx) => {
      const { thread, message } = await this.locked(tx, actor, id);
      refuseWhileStreaming(message);
      await this.tree.delete(tx, thread, message);
    });
  }

  /** Makes the branch through the message the active one, unless it is. */
  activate(actor: Actor, id: string): Promise<Message> {
    return this.transaction.run(async (tx) => {
      const { thread, message } = await this.locked(tx, actor, id);
      if (message.isActive) return message;
      await this.tree.activate(tx, thread, id);
      return { ...message, isActive: true };
    });
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
