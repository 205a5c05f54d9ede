import { Injectable } from '@nestjs/common';
import { ConversationThreads } from '#conversations';
import { Clock } from '#kernel';
import { type Db, type Part, together, type Tx } from '#platform';
import type { Message } from './message';
import { type AnswerGrowth, type AnswerText, type Ending, MessagesRepository } from './messages.repository';
import { type Glance, glanceAtEnd } from './tree/glance';
import { RememberedGlances } from './tree/remembered-glances';

/** Answers while they are written, and their end. */
@Injectable()
export class Answers {
  constructor(
    private readonly threads: ConversationThreads,
    private readonly messages: MessagesRepository,
    private readonly remembered: RememberedGlances,
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

  /** As `checkpoint`, of many at once on PostgreSQL; answers the ids of those that go on. */
  checkpointPart(texts: readonly AnswerText[]): Part {
    return this.messages.checkpointPart(texts, this.clock.date());
  }

  /** As `checkpointPart`, of what came since: also those of which there is another text than is said do not go on. */
  growthPart(growth: readonly AnswerGrowth[]): Part {
    return this.messages.growthPart(growth, this.clock.date());
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

  /** For the next turn, unless others have changed the conversation since it was `left`. */
  remember(left: Glance, answer: Message, revision: number | null): void {
    if (revision === left.thread.revision) this.remembered.keep(glanceAtEnd(left, answer));
  }

  /** As `finish`, as parts of one statement: `ended` has the revision, and `finished` has a row if the answer is `message` from now on. */
  finishParts(answer: Message, ending: Ending): { readonly parts: readonly Part[]; readonly message: Message } {
    const updatedAt = this.clock.date();
    const turn = { id: answer.conversationId, messageId: answer.id };
    return {
      parts: [
        this.threads.finishPart(turn, ending.content, updatedAt),
        this.messages.finishPart(answer.id, ending, updatedAt),
      ],
      message: { ...answer, ...ending, updatedAt },
    };
  }
}
