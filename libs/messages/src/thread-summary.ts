import { Injectable } from '@nestjs/common';
import { type ConversationThread, ConversationThreads } from '#conversations';
import { Clock } from '#kernel';
import type { Tx } from '#platform';
import { MessagesRepository } from './messages.repository';

/** What a conversation's row tells of its messages: how many there are on the active branch, and the last of them. */
@Injectable()
export class ThreadSummary {
  constructor(
    private readonly threads: ConversationThreads,
    private readonly messages: MessagesRepository,
    private readonly clock: Clock,
  ) {}

  async renew(tx: Tx, { id, activeLeafId, messageCount, nextSeq }: ConversationThread): Promise<void> {
    const lastMessage = activeLeafId === null ? undefined : await this.messages.find(tx, activeLeafId);
    await this.threads.touch(tx, id, {
      activeLeafId,
      messageCount,
      lastMessage: lastMessage ?? null,
      nextSeq,
      updatedAt: this.clock.date(),
    });
  }
}
