import { Injectable } from '@nestjs/common';
import { type ConversationThread, ConversationThreads } from '#conversations';
import { Answers, type Ending as AnswerEnding, IdempotencyKeys, type Message } from '#messages';
import { together, type Tx } from '#platform';
import { Quota, type TurnBill } from '#quota';

export interface Ending {
  readonly userId: string;
  readonly conversationId: string;
  readonly answer: Message;
  readonly text: AnswerEnding;
  /** Null: it failed before its first token, and costs nothing. */
  readonly bill: TurnBill | null;
}

/** What the end of a turn changes, in whosever transaction. */
@Injectable()
export class EndingInTransaction {
  constructor(
    private readonly threads: ConversationThreads,
    private readonly answers: Answers,
    private readonly keys: IdempotencyKeys,
    private readonly quota: Quota,
  ) {}

  /**
   * Answers the message as it is from now on, unless it was over or is gone; where the conversation is gone, the turn is
   * still to be paid for. The statements are put in the order in which an opening takes its locks.
   */
  async end(tx: Tx, { answer, text, bill, userId }: Ending): Promise<Message | undefined> {
    const [message] = await together(
      this.answers.finish(tx, answer, text),
      ...(bill === null
        ? [this.keys.giveBack(tx, userId, answer.id), this.quota.fail(tx, answer.id, text.model)]
        : [this.quota.settle(tx, bill)]),
    );
    return message;
  }

  /** Of a turn whose answer is over or gone, nothing is left but the mark of its conversation and its hold. */
  async forget(tx: Tx, { id }: ConversationThread, messageId: string): Promise<void> {
    await this.threads.endTurn(tx, { id, messageId });
    await this.quota.release(tx, messageId);
  }
}
