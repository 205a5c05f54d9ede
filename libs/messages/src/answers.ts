import { Injectable } from '@nestjs/common';
import { ConversationThreads } from '#conversations';
import { Clock } from '#kernel';
import { type Db, together, type Tx } from '#platform';
import type { Message } from './message';
import { type Ending, MessagesRepository } from './messages.repository';

/** Answers while they are written, and their end. */
@Injectable()
export class Answers {
  constructor(
    private readonly threads: ConversationThreads,
    private readonly messages: MessagesRepository,
    private readonly clock: Clock,
  ) {}

  /** While it streams, as its last checkpoint left it. */
  find(db: Db, id: string): Promise<Message | undefined> {
    return this.messages.find(db, id);
  }

  /** False: it streams no more, and keeps what it has. */
  checkpoint(db: Db, id: string, content: string): Promise<boolean> {
    return this.messages.checkpoint(db, id, content, this.clock.date());
  }

  /** Ends the turn. The answer as it is from now on; undefined: it streams no more, or is gone, and is not changed. */
  async finish(tx: Tx, answer: Message, ending: Ending): Promise<Message | undefined> {
    const updatedAt = this.clock.date();
    const [, isFinished] = await together(
      this.threads.finishTurn(tx, { id: answer.conversationId, messageId: answer.id }, ending.content, updatedAt),
      this.messages.finish(tx, answer.id, ending, updatedAt),
    );
    return isFinished ? { ...answer, ...ending, updatedAt } : undefined;
  }
}
