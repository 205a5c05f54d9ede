import { ApiProperty } from '@nestjs/swagger';
import type { Turn, TurnEnd, TurnEvent } from '#chat';
import type { Locale } from '#platform';
import { PlainFailure, presentFailure } from './plain-error';

const CONVERSATION = { format: 'uuid', example: '019b76da-a800-7000-8000-000000000006' } as const;
const TOKENS_USED = { type: 'integer', minimum: 0, example: 6, description: 'Of the question and the answer' } as const;

export class PlainChatResponse {
  @ApiProperty({ example: 'Paris.' })
  readonly message!: string;

  @ApiProperty({ ...CONVERSATION, description: 'To go on with' })
  readonly conversation_id!: string;

  @ApiProperty(TOKENS_USED)
  readonly tokens_used!: number;

  @ApiProperty({ example: 'gpt-4o-mini' })
  readonly model!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-01T12:00:00.000Z' })
  readonly timestamp!: string;

  @ApiProperty({ minimum: 0, example: 0.000007, description: 'US dollars' })
  readonly cost_estimate!: number;
}

export class PlainChatFrame {
  @ApiProperty({ example: 'Pa', description: 'The next piece of the answer; empty in the last frame' })
  readonly delta!: string;

  @ApiProperty(CONVERSATION)
  readonly conversation_id!: string;

  @ApiProperty({ description: 'true in the last frame' })
  readonly finished!: boolean;

  @ApiProperty({ ...TOKENS_USED, required: false })
  readonly tokens_used?: number;

  @ApiProperty({ required: false, description: 'In the last frame, where the answer broke off' })
  readonly error?: PlainFailure;
}

export function presentAnswer({ message, usage, cost }: TurnEnd): PlainChatResponse {
  return {
    message: message.content,
    conversation_id: message.conversationId,
    tokens_used: usage.promptTokens + usage.completionTokens,
    model: message.model ?? '',
    timestamp: message.updatedAt.toISOString(),
    cost_estimate: cost,
  };
}

export function plainFrame({ conversationId: conversation_id }: Turn, event: TurnEvent, locale: Locale): string {
  return `data: ${JSON.stringify(presentEvent(conversation_id, event, locale))}\n\n`;
}

function presentEvent(conversation_id: string, event: TurnEvent, locale: Locale): PlainChatFrame {
  switch (event.type) {
    case 'content':
      return { delta: event.content, conversation_id, finished: false };
    case 'end': {
      const { promptTokens, completionTokens } = event.usage;
      return { delta: '', conversation_id, finished: true, tokens_used: promptTokens + completionTokens };
    }
    case 'error':
      return { delta: '', conversation_id, finished: true, error: presentFailure(event.error, locale) };
  }
}
