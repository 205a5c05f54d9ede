import { Injectable } from '@nestjs/common';
import { type Actor, AppError } from '#kernel';
import { LanguageModel, type RelayedAnswer, type RelayOutcome, type Usage } from '#llm';
import { ChatMetrics } from '../chat-metrics';
import { remainingOf, type RemainingQuota } from '../turn/turn-event';
import { ActiveTurns } from '../writing/active-turns';
import { ActiveExchanges } from './active-exchanges';
import type { ExchangeCommand } from './exchange-command';
import { ExchangeEnding } from './exchange-ending';
import { ExchangeOpening, type OpenedExchange } from './exchange-opening';
import type { RunningExchange } from './running-exchange';

export interface ExchangeEnd {
  readonly usage: Usage;
  /** Whether the upstream told the usage itself. */
  readonly isUsageTold: boolean;
  /** Undefined where nobody knows now. */
  readonly quota: RemainingQuota | undefined;
  /** Why it is not whole. */
  readonly error: AppError | undefined;
}

/** An answer that is passed on as it comes. */
export interface Exchange {
  readonly id: string;
  readonly model: string;
  readonly quota: RemainingQuota;
  /** As `RelayedAnswer.pour`. Resolves when it is paid for. */
  pour(take: (piece: string) => boolean): Promise<ExchangeEnd>;
  goOn(): void;
}

/**
 * The use case beside the turn: a question whose context is its own, and an answer that nobody keeps. Counted, limited
 * and paid for like a turn; but it belongs to whoever waits for it, and ends when he leaves.
 */
@Injectable()
export class Exchanges {
  constructor(
    private readonly turns: ActiveTurns,
    private readonly active: ActiveExchanges,
    private readonly opening: ExchangeOpening,
    private readonly model: LanguageModel,
    private readonly ending: ExchangeEnding,
    private readonly metrics: ChatMetrics,
  ) {}

  /** Throws what it is refused for, also by the upstream; `wanted` aborts when nobody waits for it any more. */
  async open(actor: Actor, command: ExchangeCommand, wanted: AbortSignal): Promise<Exchange> {
    this.turns.refuseAtTheEnd();
    const opened = await this.opening.open(actor, command);
    const running = this.active.begin(opened.id, wanted);
    this.metrics.turnBegan();
    const begunAt = performance.now();
    try {
      const { model, maxTokens, request, stream, userId: user } = opened;
      const answer = await this.model.relay({ model, maxTokens, request, stream, user }, running.signal);
      return this.exchange(opened, running, answer, begunAt);
    } catch (error) {
      const failed = { model: opened.model, said: '', usage: undefined, firstTokenMs: null };
      await this.ending.end(opened, { ...failed, status: 'failed' });
      this.active.end(running);
      throw error;
    }
  }

  private exchange(opened: OpenedExchange, running: RunningExchange, answer: RelayedAnswer, begunAt: number): Exchange {
    const firstTokenMs = Math.round(performance.now() - begunAt);
    return {
      id: opened.id,
      model: answer.model.id,
      quota: remainingOf(opened.quota),
      goOn: () => answer.goOn(),
      pour: async (take) => {
        const outcome = withCut(await answer.pour(take), running.cutOff);
        const { status, said, usage: told, error } = outcome;
        const { usage, quota } = await this.ending.end(opened, {
          status,
          model: answer.model,
          said,
          usage: told,
          firstTokenMs: said === '' ? null : firstTokenMs,
        });
        this.active.end(running);
        return { usage, isUsageTold: told !== undefined, quota: quota && remainingOf(quota), error };
      },
    };
  }
}

function withCut(outcome: RelayOutcome, cutOff: AppError | undefined): RelayOutcome {
  if (outcome.status !== 'stopped' || cutOff === undefined) return outcome;
  return { ...outcome, status: 'interrupted', error: cutOff };
}
