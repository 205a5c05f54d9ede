import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { AppError } from '#kernel';
import { failSpan, inSpan } from '#platform';
import { ChatMetrics } from '../chat-metrics';
import type { OpenedTurn } from '../opening/opened-turn';
import { Titles } from '../titles/titles';
import { ActiveTurns } from './active-turns';
import { AnswerSource } from './answer-source';
import { AnswerStore } from './answer-store';
import { Checkpoints } from './checkpoints';
import { pourPaced } from './paced';
import type { RunningTurn } from './running-turn';
import { WellFormedPieces } from './well-formed-pieces';
import type { Written } from './written';

/** Has the answer written, whoever reads it: from the model into the log, and into the database. */
@Injectable()
export class TurnEngine implements OnModuleDestroy {
  private readonly logger = new Logger(TurnEngine.name);
  private readonly checkpoints = new Checkpoints<RunningTurn>((turns) => this.store.checkpoint(turns));

  constructor(
    private readonly turns: ActiveTurns,
    private readonly source: AnswerSource,
    private readonly store: AnswerStore,
    private readonly titles: Titles,
    private readonly metrics: ChatMetrics,
  ) {}

  onModuleDestroy(): Promise<void> {
    return this.checkpoints.close();
  }

  /** Throws while the process is ending. */
  refuseAtTheEnd(): void {
    this.turns.refuseAtTheEnd();
  }

  start(opened: OpenedTurn): RunningTurn {
    const turn = this.turns.begin(opened);
    this.metrics.turnBegan();
    void this.run(turn);
    return turn;
  }

  private run(turn: RunningTurn): Promise<void> {
    const attributes = { 'gen_ai.conversation.id': turn.conversationId, 'gen_ai.request.model': turn.opened.model.id };
    return inSpan('turn', attributes, async (span) => {
      const written = await this.write(turn);
      this.checkpoints.forget(turn);
      await this.store.end(turn, written);
      span.setAttribute('chat.turn.status', written.status);
      if (written.error !== undefined) failSpan(span, written.error.kind);
      span.end();
      this.ended(turn, written);
    });
  }

  private ended(turn: RunningTurn, written: Written): void {
    this.metrics.turnEnded(written);
    this.source.keep(turn, written);
    this.titles.consider(turn.opened, written);
  }

  private async write(turn: RunningTurn): Promise<Written> {
    const begunAt = performance.now();
    const pieces = new WellFormedPieces();
    let firstTokenMs: number | null = null;
    const soFar = () => ({ text: turn.log.whole(), firstTokenMs, isCached: turn.cache === 'hit' });
    try {
      const answer = await this.source.open(turn);
      const { status, error, finishReason, usage } = await pourPaced(answer, turn.log, (piece) => {
        firstTokenMs ??= Math.round(performance.now() - begunAt);
        turn.append(pieces.next(piece));
        this.checkpoints.grown(turn);
      });
      turn.append(pieces.rest());
      const outcome = { model: answer.model, finishReason, usage, ...soFar() };
      if (status === 'stopped' && turn.cutOff !== undefined) {
        return { status: 'interrupted', error: turn.cutOff, ...outcome };
      }
      return { status, error, ...outcome };
    } catch (error) {
      const { model } = turn.opened;
      return { status: 'failed', model, finishReason: null, usage: undefined, error: this.expected(error), ...soFar() };
    }
  }

  private expected(error: unknown): AppError {
    if (error instanceof AppError) return error;
    this.logger.error({ msg: 'an answer could not be had', err: error });
    return new AppError('internal', { cause: error });
  }
}
