import { Injectable } from '@nestjs/common';
import { type ConversationThread, ConversationThreads } from '#conversations';
import { Answers, type Ending as AnswerEnding, IdempotencyKeys, type Message } from '#messages';
import { together, Transaction, type Tx } from '#platform';
import { Quota, type QuotaStatus, type TurnBill } from '#quota';

export interface Ending {
  readonly userId: string;
  readonly conversationId: string;
  readonly answer: Message;
  readonly text: AnswerEnding;
  /** Null: it costs nothing. */
  readonly bill: TurnBill | null;
}

export interface Ended {
  /** As it is stored; undefined: it is gone, with its conversation or its owner. */
  readonly message: Message | undefined;
  /** Undefined: its owner is gone. */
  readonly quota: QuotaStatus | undefined;
}

/** The second of a turn's two transactions. Whoever comes first ends the turn; whoever comes later changes nothing. */
@Injectable()
export class TurnEnding {
  constructor(
    private readonly transaction: Transaction,
    private readonly threads: ConversationThreads,
    private readonly answers: Answers,
    private readonly keys: IdempotencyKeys,
    private readonly quota: Quota,
  ) {}

  async end(ending: Ending): Promise<Ended> {
    const [message, quota] = await this.transaction.run((tx) => {
      const ended = this.endIn(tx, ending);
      // Undefined: of nobody there is none.
      const left = this.quota.statusAfter(ended, tx, ending.userId).catch(() => undefined);
      return tx.last(together(ended, left));
    });
    return { message: message ?? (await this.stored(ending.answer.id)), quota };
  }

  /**
   * Answers the message as it is from now on, unless it was over or is gone; where the conversation is gone, the turn is
   * still to be paid for. The statements are put in the order in which an opening takes its locks.
   */
  async endIn(tx: Tx, { answer, text, bill, userId }: Ending): Promise<Message | undefined> {
    const [message] = await together(
      this.answers.finish(tx, answer, text),
      ...(bill === null
        ? [this.keys.giveBack(tx, userId, answer.id), this.quota.release(tx, answer.id)]
        : [this.quota.settle(tx, bill)]),
    );
    return message;
  }

  /** Of a turn whose answer is over or gone, nothing is left but the mark of its conversation and its hold. */
  async forget(tx: Tx, { id }: ConversationThread, messageId: string): Promise<void> {
    await this.threads.endTurn(tx, { id, messageId });
    await this.quota.release(tx, messageId);
  }

  private stored(answerId: string): Promise<Message | undefined> {
    return this.transaction.run((tx) => tx.last(this.answers.find(tx, answerId)));
  }
}
