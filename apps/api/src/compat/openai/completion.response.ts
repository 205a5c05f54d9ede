import { ApiProperty } from '@nestjs/swagger';

const TOKENS = { type: 'integer', minimum: 0 } as const;
const CREATED = { type: 'integer', description: 'Unix seconds', example: 1_767_225_600 } as const;
const ID = { example: 'chatcmpl-019b76da-a800-7000-8000-000000000007' } as const;
const FINISH_REASON = { type: 'string', nullable: true, example: 'stop' } as const;

export class CompletionUsage {
  @ApiProperty({ ...TOKENS, example: 5 })
  readonly prompt_tokens!: number;

  @ApiProperty({ ...TOKENS, example: 1 })
  readonly completion_tokens!: number;

  @ApiProperty({ ...TOKENS, example: 6 })
  readonly total_tokens!: number;
}

/** What of an answer is promised; what else an upstream says comes with it. */
export class CompletionResponse {
  @ApiProperty(ID)
  readonly id!: string;

  @ApiProperty({ enum: ['chat.completion'] })
  readonly object!: 'chat.completion';

  @ApiProperty(CREATED)
  readonly created!: number;

  @ApiProperty({ example: 'gpt-4o-mini' })
  readonly model!: string;

  @ApiProperty({
    type: 'array',
    items: {
      type: 'object',
      required: ['index', 'message', 'finish_reason'],
      properties: {
        index: { type: 'integer', example: 0 },
        message: {
          type: 'object',
          required: ['role', 'content'],
          properties: { role: { type: 'string', enum: ['assistant'] }, content: { type: 'string', nullable: true } },
          additionalProperties: true,
        },
        finish_reason: FINISH_REASON,
      },
      additionalProperties: true,
    },
  })
  readonly choices!: readonly object[];

  @ApiProperty({ required: false })
  readonly usage?: CompletionUsage;
}

/** Each event of a stream but the last, which is `[DONE]`. */
export class CompletionChunk {
  @ApiProperty(ID)
  readonly id!: string;

  @ApiProperty({ enum: ['chat.completion.chunk'] })
  readonly object!: 'chat.completion.chunk';

  @ApiProperty(CREATED)
  readonly created!: number;

  @ApiProperty({ example: 'gpt-4o-mini' })
  readonly model!: string;

  @ApiProperty({
    type: 'array',
    items: {
      type: 'object',
      required: ['index', 'delta', 'finish_reason'],
      properties: {
        index: { type: 'integer', example: 0 },
        delta: {
          type: 'object',
          properties: { content: { type: 'string', nullable: true } },
          additionalProperties: true,
        },
        finish_reason: FINISH_REASON,
      },
      additionalProperties: true,
    },
  })
  readonly choices!: readonly object[];

  @ApiProperty({
    required: false,
    nullable: true,
    type: CompletionUsage,
    description: 'With include_usage, of the last',
  })
  readonly usage?: CompletionUsage | null;
}
