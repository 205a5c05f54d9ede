import { Injectable } from '@nestjs/common';
import type { ConversationThread } from '#conversations';
import { costOf, ModelCatalogue, TokenCounter } from '#llm';
import { Answers } from '#messages';
import type { Tx } from '#platform';
import { Quota } from '#quota';
import { EndingInTransaction } from './ending-in-transaction';

/** Turns whose writer is heard of no more: a crash has cut them off. */
@Injectable()
export class DeadTurns {
  constructor(
    private readonly ending: EndingInTransaction,
    private readonly answers: Answers,
    private readonly quota: Quota,
    private readonly tokens: TokenCounter,
    private readonly catalogue: ModelCatalogue,
  ) {}

  /** With the text of the last checkpoint; it costs that, and its prompt. */
  async end(tx: Tx, thread: ConversationThread, messageId: string): Promise<void> {
    const answer = await this.answers.find(tx, messageId);
    if (answer?.status !== 'streaming') return this.ending.forget(tx, thread, messageId);
    const { content, model } = answer;
    const tokensUsed = await this.tokens.count(content);
    const promptTokens = (await this.quota.heldPrompt(tx, messageId))?.tokens ?? 0;
    const usage = { promptTokens, completionTokens: tokensUsed };
    const known = model === null ? undefined : this.catalogue.find(model);
    await this.ending.end(tx, {
      userId: thread.userId,
      conversationId: thread.id,
      answer,
      text: {
        status: 'interrupted',
        content,
        model,
        tokensUsed,
        finishReason: null,
        errorCode: 'SERVICE_UNAVAILABLE',
      },
      bill: {
        turnId: messageId,
        conversationId: thread.id,
        model: model ?? '',
        status: 'interrupted',
        usage,
        cost: known === undefined ? 0 : costOf(known, usage),
        ownKey: thread.hasOwnKey,
        cached: false,
        firstTokenMs: null,
      },
    });
  }

  /** Of turns, those longest dead first. */
  expiredHolds(limit: number): Promise<readonly string[]> {
    return this.quota.expiredTurns(limit);
  }

  /**
   * Of a turn that is gone with its conversation, or of what none keeps, which costs its prompt. What still streams ends,
   * and is paid for, by its lease.
   */
  async endHold(tx: Tx, turnId: string): Promise<void> {
    const answer = await this.answers.find(tx, turnId);
    if (answer?.status === 'streaming') return;
    const { model, tokens: promptTokens } = (await this.quota.heldPrompt(tx, turnId)) ?? { model: null, tokens: 0 };
    if (model === null) return void (await this.quota.release(tx, turnId));
    const usage = { promptTokens, completionTokens: 0 };
    const known = this.catalogue.find(model);
    await this.quota.settle(tx, {
      turnId,
      conversationId: null,
      model,
      status: 'interrupted',
      usage,
      cost: known === undefined ? 0 : costOf(known, usage),
      ownKey: false,
      cached: false,
      firstTokenMs: null,
    });
  }
}
