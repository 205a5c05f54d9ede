import { Inject, Injectable } from '@nestjs/common';
import type { ConversationThread } from '#conversations';
import { AppError } from '#kernel';
import type { Tx } from '#platform';
import { type Admission, Quota, type QuotaStatus, type TurnRequest } from '#quota';
import { CHAT_CONFIG, type ChatConfig } from '../chat-config';
import { ChatMetrics } from '../chat-metrics';
import { TurnLeases } from '../lease/turn-leases';
import type { Prompt } from './prompt-builder';

export interface Admitted {
  /** What is left of what is wanted. */
  readonly maxTokens: number;
  readonly quota: QuotaStatus;
}

/** Seconds. */
const RETRY_AFTER_TOO_MANY = 5;

/** Whether the user may have the turn, and with how much of what he wants. */
@Injectable()
export class TurnAdmission {
  constructor(
    private readonly leases: TurnLeases,
    private readonly quota: Quota,
    private readonly metrics: ChatMetrics,
    @Inject(CHAT_CONFIG) private readonly config: ChatConfig,
  ) {}

  async admit(tx: Tx, { userId, hasOwnKey }: ConversationThread, turnId: string, prompt: Prompt): Promise<Admitted> {
    const { maxTokens, status, turnsRunning } = await this.reserve(tx, {
      ...{ userId, turnId, promptTokens: prompt.tokens, wantedTokens: prompt.maxTokens },
      chargeTokens: !hasOwnKey,
      leaseUntil: this.leases.until(),
    });
    if (turnsRunning > this.config.maxConcurrentTurns) {
      throw new AppError('rate_limited', { reason: 'too_many_turns', retryAfter: RETRY_AFTER_TOO_MANY });
    }
    return { maxTokens, quota: status };
  }

  private async reserve(tx: Tx, request: TurnRequest): Promise<Admission> {
    try {
      return await this.quota.reserve(tx, request);
    } catch (error) {
      this.metrics.refused(error);
      throw error;
    }
  }
}
