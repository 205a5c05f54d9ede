import { Injectable } from '@nestjs/common';
import { type ConversationThread, ConversationThreads } from '#conversations';
import { Clock } from '#kernel';
import type { Db, Tx } from '#platform';
import type { Message } from './message';
import { type Ending, MessagesRepository } from './messages.repository';
import { ThreadSummary } from './thread-summary';

export type Answer = Pick<Message, 'id' | 'createdAt'>;

/** Answers while they are written, and their end. */
@Injectable()
export class Answers {
  constructor(
    private readonly threads: ConversationThreads,
    private readonly messages: MessagesRepository,
    private readonly summary: ThreadSummary,
    private readonly clock: Clock,
  ) {}

  /** As its last checkpoint left it; undefined: it streams no more. */
  async streaming(db: Db, id: string): Promise<Message | undefined> {
    const message = await this.messages.find(db, id);
    return message?.status === 'streaming' ? message : undefined;
  }

  /** False: it streams no more, and keeps what it has. */
  checkpoint(db: Db, id: string, content: string): Promise<boolean> {
    return this.messages.checkpoint(db, id, content, this.clock.date());
  }

  /** False: it streams no more, or is gone, and nothing is changed. */
  async finish(tx: Tx, thread: ConversationThread, answer: Answer, ending: Ending): Promise<boolean> {
    const updatedAt = this.clock.date();
    if (!(await this.messages.finish(tx, answer.id, ending, updatedAt))) return false;
    if (answer.id === thread.activeLeafId) {
      const lastMessage = { role: 'assistant', content: ending.content, createdAt: answer.createdAt } as const;
      await this.threads.touch(tx, thread.id, { ...thread, lastMessage, updatedAt });
    } else {
      await this.summary.renew(tx, thread);
    }
    return true;
  }
}
