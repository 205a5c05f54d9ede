import { ApiProperty } from '@nestjs/swagger';
import { type MessageStatus, messageStatuses } from '#messages';
import { ErrorDescription } from '../../edge/docs/error-envelope.response';
import { ConversationDetailsResponse } from '../../edge/presenters/conversation.response';
import { MessageResponse } from '../../edge/presenters/message.response';
import { QuotaResponse } from '../../edge/presenters/quota.response';
import { RemainingQuotaResponse, UsageResponse } from '../../edge/presenters/turn.response';

const CONVERSATION_ID = { format: 'uuid', example: '019b76da-a800-7000-8000-000000000006' } as const;
const MESSAGE_ID = { format: 'uuid', example: '019b76da-a800-7000-8000-000000000007' } as const;
const ANSWER_ID = { ...MESSAGE_ID, description: "The answer's" } as const;
const CLIENT_ID = { required: false, example: 'c1', description: 'As the client gave it' } as const;

export class MessageStartEvent {
  @ApiProperty(CONVERSATION_ID)
  readonly conversation_id!: string;

  @ApiProperty(ANSWER_ID)
  readonly message_id!: string;

  @ApiProperty({ ...MESSAGE_ID, type: String, nullable: true, description: 'What is answered; null: it was deleted' })
  readonly user_message_id!: string | null;

  @ApiProperty(CLIENT_ID)
  readonly client_id?: string;

  @ApiProperty()
  readonly quota!: RemainingQuotaResponse;
}

export class MessageContentEvent {
  @ApiProperty(CONVERSATION_ID)
  readonly conversation_id!: string;

  @ApiProperty(ANSWER_ID)
  readonly message_id!: string;

  @ApiProperty({ example: 'He', description: 'The next piece of the answer' })
  readonly content!: string;

  @ApiProperty({ type: 'integer', minimum: 0, example: 0, description: 'Where the piece begins, in UTF-16 units' })
  readonly offset!: number;
}

export class MessageEndEvent {
  @ApiProperty(CONVERSATION_ID)
  readonly conversation_id!: string;

  @ApiProperty(ANSWER_ID)
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

export class ErrorEvent {
  @ApiProperty()
  readonly error!: ErrorDescription;

  @ApiProperty(CLIENT_ID)
  readonly client_id?: string;

  @ApiProperty({ ...CONVERSATION_ID, required: false, description: 'Of an answer that broke off' })
  readonly conversation_id?: string;

  @ApiProperty({ ...MESSAGE_ID, required: false, description: 'The answer that broke off' })
  readonly message_id?: string;
}

export class MessageEvent {
  @ApiProperty(CONVERSATION_ID)
  readonly conversation_id!: string;

  @ApiProperty(MESSAGE_ID)
  readonly message_id!: string;

  @ApiProperty()
  readonly message!: MessageResponse;
}

export class MessageDeletedEvent {
  @ApiProperty(CONVERSATION_ID)
  readonly conversation_id!: string;

  @ApiProperty(MESSAGE_ID)
  readonly message_id!: string;
}

export class ConversationEvent {
  @ApiProperty(CONVERSATION_ID)
  readonly conversation_id!: string;

  @ApiProperty()
  readonly conversation!: ConversationDetailsResponse;
}

export class ConversationDeletedEvent {
  @ApiProperty(CONVERSATION_ID)
  readonly conversation_id!: string;
}

export class QuotaUpdatedEvent {
  @ApiProperty()
  readonly quota!: QuotaResponse;
}

export class QuotaAlertEvent {
  @ApiProperty({ enum: ['day', 'month'], example: 'day' })
  readonly period!: 'day' | 'month';

  @ApiProperty({ enum: ['requests', 'tokens'], example: 'tokens' })
  readonly metric!: 'requests' | 'tokens';

  @ApiProperty({ type: 'integer', enum: [80, 100], example: 80, description: 'Per cent of the limit' })
  readonly threshold!: 80 | 100;

  @ApiProperty({ type: 'integer', minimum: 0, example: 10_000 })
  readonly limit!: number;

  @ApiProperty({ type: 'integer', minimum: 0, example: 8_012 })
  readonly used!: number;

  @ApiProperty({ format: 'date-time', example: '2026-01-02T00:00:00.000Z' })
  readonly resets_at!: string;
}

export class SessionExpiringEvent {
  @ApiProperty({ format: 'date-time', example: '2026-01-01T12:00:00.000Z' })
  readonly expires_at!: string;
}

export class PongEvent {}

/** What the server may say; each carries a `timestamp` besides. */
export const serverEvents = {
  message_start: MessageStartEvent,
  message_content: MessageContentEvent,
  message_end: MessageEndEvent,
  error: ErrorEvent,
  message_created: MessageEvent,
  message_updated: MessageEvent,
  message_deleted: MessageDeletedEvent,
  conversation_created: ConversationEvent,
  conversation_updated: ConversationEvent,
  conversation_deleted: ConversationDeletedEvent,
  quota_updated: QuotaUpdatedEvent,
  quota_alert: QuotaAlertEvent,
  session_expiring: SessionExpiringEvent,
  pong: PongEvent,
} as const;

type ServerEvents = typeof serverEvents;
export type ServerEventType = keyof ServerEvents;

export type ServerEvent = {
  [T in ServerEventType]: { readonly type: T; readonly data: InstanceType<ServerEvents[T]> };
}[ServerEventType];
