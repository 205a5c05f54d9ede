import { ApiProperty } from '@nestjs/swagger';
import { type MessageStatus, messageStatuses } from '#messages';
import { ErrorDescription } from '../docs/error-envelope.response';
import { RemainingQuotaResponse, UsageResponse } from '../presenters/turn.response';

const MESSAGE_ID = { format: 'uuid', example: '019b76da-a800-7000-8000-000000000007' } as const;

export class TurnStartEvent {
  @ApiProperty({ enum: ['start'] })
  readonly type!: 'start';

  @ApiProperty({ ...MESSAGE_ID, description: "The answer's" })
  readonly message_id!: string;

  @ApiProperty({ ...MESSAGE_ID, type: String, nullable: true, description: 'What is answered; null: it was deleted' })
  readonly user_message_id!: string | null;

  @ApiProperty({ format: 'uuid', example: '019b76da-a800-7000-8000-000000000006' })
  readonly conversation_id!: string;

  @ApiProperty()
  readonly quota!: RemainingQuotaResponse;
}

export class TurnContentEvent {
  @ApiProperty({ enum: ['content'] })
  readonly type!: 'content';

  @ApiProperty({ example: 'He', description: 'The next piece of the answer' })
  readonly content!: string;
}

export class TurnEndEvent {
  @ApiProperty({ enum: ['end'] })
  readonly type!: 'end';

  @ApiProperty(MESSAGE_ID)
  readonly message_id!: string;

  @ApiProperty({ enum: messageStatuses, example: 'complete' })
  readonly status!: MessageStatus;

  @ApiProperty({ type: String, nullable: true, example: 'stop' })
  readonly finish_reason!: string | null;

  @ApiProperty()
  readonly usage!: UsageResponse;

  @ApiProperty({ minimum: 0, example: 0.000007, description: 'US dollars' })
  readonly cost_estimate!: number;

  @ApiProperty()
  readonly quota!: RemainingQuotaResponse;
}

export class TurnErrorEvent {
  @ApiProperty({ enum: ['error'] })
  readonly type!: 'error';

  @ApiProperty()
  readonly error!: ErrorDescription;
}
