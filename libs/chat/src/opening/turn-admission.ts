import { Inject, Injectable } from '@nestjs/common';
import type { ConversationThread } from '#conversations';
import { AppError } from '#kernel';
import type { Part, Tx } from '#platform';
import { type Admission, type AllowedRow, Quota, QuotaParts, type QuotaStatus, type TurnRequest } from '#quota';
import { CHAT_CONFIG, type ChatConfig } from '../chat-config';
import { ChatMetrics } from '../chat-metrics';
import { TurnLeases } from '../lease/turn-leases';
import type { Prompt } from './prompt-builder';

export interface Admitted {
  /** What is left of what is wanted. */
  readonly maxTokens: number;
  readonly quota: QuotaStatus;
}

type NewExchange = Pick<TurnRequest, 'userId' | 'turnId' | 'promptTokens' | 'wantedTokens'> & {
  readonly model: string;
};

export interface PlainAdmission {
  readonly part: Part;
  admittedBy(row: AllowedRow): Admitted | undefined;
}

/** Seconds. */
const RETRY_AFTER_TOO_MANY = 5;

/** Whether the user may have the turn, and with how much of what he wants. */
@Injectable()
export class TurnAdmission {
  constructor(
    private readonly leases: TurnLeases,
    private readonly quota: Quota,
    private readonly parts: QuotaParts,
    private readonly metrics: ChatMetrics,
    @Inject(CHAT_CONFIG) private readonly config: ChatConfig,
  ) {}

  admit(tx: Tx, thread: ConversationThread, turnId: string, prompt: Prompt): Promise<Admitted> {
    return this.take(tx, this.requestFor(thread, turnId, prompt));
  }

  /** For what no conversation keeps. */
  admitExchange(tx: Tx, exchange: NewExchange): Promise<Admitted> {
    return this.take(tx, { chargeTokens: true, leaseUntil: this.leases.until(), ...exchange });
  }

  /** As `admit`, of a `thread` in the same statement, for who is to have all that he wants; undefined: not he. */
  plain(thread: ConversationThread, turnId: string, prompt: Prompt): PlainAdmission {
    const request = this.requestFor(thread, turnId, prompt);
    return {
      part: this.parts.reserve(request, this.config.maxConcurrentTurns),
      admittedBy: (row) => {
        const admission = this.parts.admission(row, request);
        return admission && { maxTokens: admission.maxTokens, quota: admission.status };
      },
    };
  }

  private async take(tx: Tx, request: TurnRequest): Promise<Admitted> {
    const { maxTokens, status, turnsRunning } = await this.reserve(tx, request);
    if (turnsRunning > this.config.maxConcurrentTurns) {
      throw new AppError('rate_limited', { reason: 'too_many_turns', retryAfter: RETRY_AFTER_TOO_MANY });
    }
    return { maxTokens, quota: status };
  }

  private requestFor({ userId, hasOwnKey }: ConversationThread, turnId: string, prompt: Prompt): TurnRequest {
    return {
      userId,
      turnId,
      promptTokens: prompt.tokens,
      wantedTokens: prompt.maxTokens,
      chargeTokens: !hasOwnKey,
      leaseUntil: this.leases.until(),
    };
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
