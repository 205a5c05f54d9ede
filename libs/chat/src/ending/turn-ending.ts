import { Injectable } from '@nestjs/common';
import { Answers, type Ending as AnswerEnding, type Glance, type Message } from '#messages';
import { oneStatement, sameText, together, Transaction } from '#platform';
import { Quota, QuotaParts, type QuotaStatus, type SettledRow, type TurnBill } from '#quota';
import { type Ending, EndingInTransaction } from './ending-in-transaction';

export interface Ended {
  /** As it is stored; undefined: it is gone, with its conversation or its owner. */
  readonly message: Message | undefined;
  /** Undefined: its owner is gone. */
  readonly quota: QuotaStatus | undefined;
}

interface EndedRow {
  /** Of the conversation, if the turn was not over. */
  readonly revision: number | null;
  /** How many answers. */
  readonly finished: number;
}

/** The second of a turn's two transactions. Whoever comes first ends the turn; whoever comes later changes nothing. */
@Injectable()
export class TurnEnding {
  constructor(
    private readonly transaction: Transaction,
    private readonly inTransaction: EndingInTransaction,
    private readonly answers: Answers,
    private readonly quota: Quota,
    private readonly parts: QuotaParts,
  ) {}

  /** `left`: how it leaves its conversation, where that is known. */
  async end(ending: Ending, left?: Glance): Promise<Ended> {
    const { answer, text, bill, userId } = ending;
    const short = this.transaction.engine === 'postgres' && bill !== null;
    const { message, quota } = short
      ? await this.endAtOnce(answer, text, bill, userId, left)
      : await this.endInTransaction(ending);
    return { message: message ?? (await this.stored(answer.id)), quota };
  }

  /** As in a transaction, and how the user stands then, in one statement. */
  private async endAtOnce(
    answer: Message,
    text: AnswerEnding,
    bill: TurnBill,
    userId: string,
    left: Glance | undefined,
  ): Promise<Ended> {
    const { parts, message } = this.answers.finishParts(answer, text);
    const standing = this.parts.standing(userId);
    const [row] = await this.transaction.atOnce<SettledRow & EndedRow>(
      oneStatement([...parts, this.parts.settle(bill, 'finished')], {
        sql: sameText`SELECT (SELECT revision FROM ended) AS revision, (SELECT COUNT(*) FROM finished) AS finished, ${standing.sql}`,
        values: standing.values,
      }),
    );
    if (left !== undefined && row?.finished === 1) this.answers.remember(left, message, row.revision);
    const quota = row && this.parts.statusIn(row);
    return {
      message: row?.finished === 1 ? message : undefined,
      quota: quota ?? (await this.quota.statusOf(userId).catch(() => undefined)),
    };
  }

  private async endInTransaction(ending: Ending): Promise<Ended> {
    const [message, quota] = await this.transaction.run((tx) => {
      const ended = this.inTransaction.end(tx, ending);
      // Undefined: of nobody there is none.
      const left = this.quota.statusAfter(ended, tx, ending.userId).catch(() => undefined);
      return tx.last(together(ended, left));
    });
    return { message, quota };
  }

  private stored(answerId: string): Promise<Message | undefined> {
    return this.transaction.run((tx) => tx.last(this.answers.find(tx, answerId)));
  }
}
