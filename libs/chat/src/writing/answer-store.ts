import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { AppError } from '#kernel';
import { costOf, TokenCounter, type Usage } from '#llm';
import type { Ending } from '../ending/ending-in-transaction';
import { type Ended, TurnEnding } from '../ending/turn-ending';
import { TurnAnnouncements } from '../telling/turn-announcements';
import { remainingOf, type TurnEnd, type TurnError } from '../turn/turn-event';
import { AnswerCheckpoints, isAway } from './answer-checkpoints';
import type { RunningTurn } from './running-turn';
import type { Written } from './written';

/** How long readers wait for a store that is away before they are told so. */
const READERS_WAIT_MS = 10_000;
const RETRY_MS = 1_000;
const NOTHING_LEFT = { requests: 0, tokens: 0 };

/** What is written of an answer, on its way into the database. */
@Injectable()
export class AnswerStore implements OnModuleDestroy {
  private readonly logger = new Logger(AnswerStore.name);
  private readonly closing = new AbortController();

  constructor(
    private readonly checkpoints: AnswerCheckpoints,
    private readonly ending: TurnEnding,
    private readonly tokens: TokenCounter,
    private readonly announcements: TurnAnnouncements,
  ) {}

  onModuleDestroy(): void {
    this.closing.abort();
  }

  checkpoint(turns: readonly RunningTurn[]): Promise<void> {
    return this.checkpoints.keep(turns);
  }

  /** Does not give up while the database is away: only this process has all of the text. */
  async end(turn: RunningTurn, written: Written): Promise<void> {
    const ending = await this.endingOf(turn, written);
    const deadline = performance.now() + READERS_WAIT_MS;
    while (!this.closing.signal.aborted) {
      try {
        const ended = await this.ending.end(ending, turn.opened.left);
        turn.finish(eventOf(ended, ending, written));
        return this.announcements.ended({ messageId: turn.messageId, ...ending }, ended.quota);
      } catch (err) {
        this.logger.error({
          msg: 'an answer could not be stored',
          message_id: turn.messageId,
          again: isAway(err),
          err,
        });
        if (!isAway(err)) return turn.finish({ type: 'error', error: new AppError('internal', { cause: err }) });
        if (performance.now() > deadline) turn.log.finish({ type: 'error', error: err });
      }
      await pause(RETRY_MS, undefined, { signal: this.closing.signal, ref: false }).catch(() => undefined);
    }
    turn.finish({ type: 'error', error: new AppError('database_unavailable') });
  }

  private async endingOf({ opened }: RunningTurn, written: Written): Promise<Ending> {
    const { actor, conversationId, answer, hasOwnKey } = opened;
    const { status, text, model, finishReason, error, isCached, firstTokenMs } = written;
    const usage = await this.usageOf(opened.promptTokens, written);
    const costsNothing = error !== undefined && text === '';
    return {
      userId: actor.userId,
      conversationId,
      answer,
      text: {
        status,
        content: text,
        model: model.id,
        finishReason,
        errorCode: error?.code ?? null,
        tokensUsed: isCached ? await this.tokens.count(text) : usage.completionTokens,
      },
      bill: costsNothing
        ? null
        : {
            turnId: answer.id,
            conversationId,
            model: model.id,
            status,
            usage,
            cost: costOf(model, usage),
            ownKey: hasOwnKey,
            cached: isCached,
            firstTokenMs,
          },
    };
  }

  private async usageOf(promptTokens: number, { isCached, usage, text }: Written): Promise<Usage> {
    if (isCached) return { promptTokens: 0, completionTokens: 0 };
    return usage ?? { promptTokens, completionTokens: await this.tokens.count(text) };
  }
}

function eventOf({ message, quota }: Ended, { answer, text, bill }: Ending, { error }: Written): TurnEnd | TurnError {
  const stored = message ?? { ...answer, ...text };
  if (error !== undefined && stored.status === text.status) return { type: 'error', error };
  const usage = bill?.usage ?? { promptTokens: 0, completionTokens: 0 };
  const remaining = quota === undefined ? NOTHING_LEFT : remainingOf(quota);
  return { type: 'end', message: stored, usage, cost: bill?.cost ?? 0, quota: remaining };
}
