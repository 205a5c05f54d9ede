import { Injectable, Logger } from '@nestjs/common';
import { AppError } from '#kernel';
import { Answers } from '#messages';
import { type Part, together, Transaction } from '#platform';
import type { KeptLength, RunningTurn } from './running-turn';

/** In one transaction. */
const AT_ONCE = 100;
const NOTHING: KeptLength = { units: 0, bytes: 0 };

/** What there is of answers by now, for when their process dies. */
@Injectable()
export class AnswerCheckpoints {
  private readonly logger = new Logger(AnswerCheckpoints.name);

  constructor(
    private readonly transaction: Transaction,
    private readonly answers: Answers,
  ) {}

  /** What comes after an answer that is over, or gone, is written for nobody: it is stopped. */
  async keep(turns: readonly RunningTurn[]): Promise<void> {
    for (let at = 0; at < turns.length; at += AT_ONCE) await this.keepTogether(turns.slice(at, at + AT_ONCE));
  }

  private async keepTogether(turns: readonly RunningTurn[]): Promise<void> {
    try {
      const over = this.transaction.engine === 'postgres' ? await this.add(turns) : await this.replaceInTurn(turns);
      over.forEach((turn) => turn.stop());
    } catch (err) {
      if (turns.length > 1 && !isAway(err)) return this.keepEach(turns);
      this.logger.warn({ msg: 'checkpoints failed, the next may not', turns: turns.length, err });
    }
  }

  /** One that cannot be kept does not keep the others from it. */
  private async keepEach(turns: readonly RunningTurn[]): Promise<void> {
    for (const turn of turns) await this.keepTogether([turn]);
  }

  /** What came since the last, and all of those that are not as that left them. Answers the turns that are over. */
  private async add(turns: readonly RunningTurn[]): Promise<readonly RunningTurn[]> {
    const grown = turns.map((turn) => ({ turn, piece: turn.log.rest(turn.kept.units) }));
    const growth = grown.map(({ turn: { messageId: id, kept }, piece }) => ({ id, bytes: kept.bytes, piece }));
    const goOn = await this.idsOf(this.answers.growthPart(growth));
    for (const { turn, piece } of grown) if (goOn.has(turn.messageId)) turn.kept = lengthAfter(turn.kept, piece);
    const others = turns.filter(({ messageId }) => !goOn.has(messageId));
    return others.length === 0 ? others : this.replace(others);
  }

  private async replace(turns: readonly RunningTurn[]): Promise<readonly RunningTurn[]> {
    const texts = turns.map((turn) => ({ turn, id: turn.messageId, content: turn.log.whole() }));
    const goOn = await this.idsOf(this.answers.checkpointPart(texts.map(({ id, content }) => ({ id, content }))));
    for (const { turn, content } of texts) turn.kept = lengthAfter(NOTHING, content);
    return turns.filter(({ messageId }) => !goOn.has(messageId));
  }

  private async replaceInTurn(turns: readonly RunningTurn[]): Promise<readonly RunningTurn[]> {
    const goOn = await this.transaction.run((tx) =>
      together(...turns.map(({ messageId, log }) => this.answers.checkpoint(tx, messageId, log.whole()))),
    );
    return turns.filter((_turn, index) => !goOn[index]);
  }

  private async idsOf(statement: Part): Promise<ReadonlySet<string>> {
    const rows = await this.transaction.atOnce<{ readonly id: string }>(statement);
    return new Set(rows.map(({ id }) => id));
  }
}

function lengthAfter({ units, bytes }: KeptLength, piece: string): KeptLength {
  return { units: units + piece.length, bytes: bytes + Buffer.byteLength(piece) };
}

export function isAway(error: unknown): error is AppError {
  return error instanceof AppError && error.kind === 'database_unavailable';
}
