import { ApiProperty } from '@nestjs/swagger';
import type { RemainingQuota, TurnEnd } from '#chat';
import type { Usage } from '#llm';
import type { Message } from '#messages';
import { MessageResponse, presentMessage } from './message.response';

const TOKENS = { type: 'integer', minimum: 0 } as const;
const REMAINING = { ...TOKENS, nullable: true, description: 'Of today; null: no limit' } as const;

export class UsageResponse {
  @ApiProperty({ ...TOKENS, example: 5 })
  readonly prompt_tokens!: number;

  @ApiProperty({ ...TOKENS, example: 1 })
  readonly completion_tokens!: number;

  @ApiProperty({ ...TOKENS, example: 6 })
  readonly total_tokens!: number;
}

export class RemainingQuotaResponse {
  @ApiProperty({ ...REMAINING, example: 49 })
  readonly requests_remaining!: number | null;

  @ApiProperty({ ...REMAINING, example: 9_994 })
  readonly tokens_remaining!: number | null;
}

export class SentResponse {
  @ApiProperty({ type: MessageResponse, nullable: true, description: 'What is answered; null: it was deleted' })
  readonly user_message!: MessageResponse | null;

  @ApiProperty({ type: MessageResponse, nullable: true, description: 'null: the message is answered by no turn' })
  readonly assistant_message!: MessageResponse | null;

  @ApiProperty()
  readonly usage!: UsageResponse;

  @ApiProperty({ minimum: 0, example: 0.000007, description: 'US dollars' })
  readonly cost_estimate!: number;
}

export function presentUsage({ promptTokens, completionTokens }: Usage): UsageResponse {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}

export function presentRemaining({ requests, tokens }: RemainingQuota): RemainingQuotaResponse {
  return { requests_remaining: requests, tokens_remaining: tokens };
}

export function presentSent(userMessage: Message | null, { message, usage, cost }: TurnEnd): SentResponse {
  return {
    user_message: userMessage && presentMessage(userMessage),
    assistant_message: presentMessage(message),
    usage: presentUsage(usage),
    cost_estimate: cost,
  };
}

export function presentNote(message: Message): SentResponse {
  return {
    user_message: presentMessage(message),
    assistant_message: null,
    usage: presentUsage({ promptTokens: 0, completionTokens: 0 }),
    cost_estimate: 0,
  };
}
