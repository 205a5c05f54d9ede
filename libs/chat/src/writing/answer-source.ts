import { Injectable } from '@nestjs/common';
import { Conversations } from '#conversations';
import { AppError } from '#kernel';
import { LanguageModel, type ModelAnswer } from '#llm';
import { Db } from '#platform';
import type { OpenedTurn } from '../opening/opened-turn';
import { PromptFiles } from '../opening/prompt-files';
import { AnswerCache } from './answer-cache';
import type { RunningTurn } from './running-turn';
import type { Written } from './written';

/** Where the answer of a turn comes from: a model, or what it said before. */
@Injectable()
export class AnswerSource {
  constructor(
    private readonly db: Db,
    private readonly conversations: Conversations,
    private readonly model: LanguageModel,
    private readonly cache: AnswerCache,
    private readonly files: PromptFiles,
  ) {}

  /** Rejects as `LanguageModel.open` does. */
  async open(turn: RunningTurn): Promise<ModelAnswer> {
    const { opened, signal } = turn;
    if (this.cache.isFor(opened)) {
      const known = await this.cache.find(opened);
      turn.cache = known === undefined ? 'miss' : 'hit';
      if (known !== undefined) return known;
    }
    const { model, temperature, maxTokens, actor, extras } = opened;
    const ownKey = await this.ownKeyOf(opened);
    const messages = await this.files.filled(opened.messages);
    return this.model.open(
      {
        model,
        messages,
        temperature,
        maxTokens,
        user: actor.userId,
        // Piece by piece also for those who want it whole: what came is kept when it breaks off or is stopped.
        stream: true,
        ...(extras !== undefined && { extras }),
        ...(ownKey !== undefined && { ownKey }),
      },
      signal,
    );
  }

  /** For the next who asks the same. */
  keep(turn: RunningTurn, written: Written): void {
    if (turn.cache === 'miss' && written.status === 'complete' && written.text !== '')
      void this.cache.keep(turn.opened, written);
  }

  /** Undefined: ours pays. A turn that was opened with a key of the owner's is never paid for by ours. */
  private async ownKeyOf({ hasOwnKey, conversationId }: OpenedTurn): Promise<string | undefined> {
    if (!hasOwnKey) return undefined;
    const ownKey = await this.conversations.ownKeyOf(this.db, conversationId);
    if (ownKey === null) throw AppError.invalid({ field: 'api_key', reason: 'invalid' });
    return ownKey;
  }
}
