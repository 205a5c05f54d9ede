import { ApiProperty } from '@nestjs/swagger';
import { type MessageRole, messageRoles } from '#conversations';
import { type Message, type MessageStatus, messageStatuses, type MessageType, messageTypes } from '#messages';

const EXAMPLE_TIME = '2026-01-01T12:00:00.000Z';

export class MessageResponse {
  @ApiProperty({ format: 'uuid', example: '019b76da-a800-7000-8000-000000000007' })
  readonly id!: string;

  @ApiProperty({ format: 'uuid', example: '019b76da-a800-7000-8000-000000000006' })
  readonly conversation_id!: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, example: null, description: 'null: it is a beginning' })
  readonly parent_id!: string | null;

  @ApiProperty({ enum: messageRoles, example: 'user' })
  readonly role!: MessageRole;

  @ApiProperty({ enum: messageTypes, example: 'text' })
  readonly type!: MessageType;

  @ApiProperty({ example: 'What is the capital of France?' })
  readonly content!: string;

  @ApiProperty({ type: [String], example: [], description: 'Ids of files; one that was deleted is not found' })
  readonly attachments!: readonly string[];

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Which model answered' })
  readonly model!: string | null;

  @ApiProperty({ type: 'integer', example: 8, description: 'Its own: of its text, or of the answer' })
  readonly tokens_used!: number;

  @ApiProperty({ enum: messageStatuses, example: 'complete' })
  readonly status!: MessageStatus;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'Why the model ended, such as stop, length',
  })
  readonly finish_reason!: string | null;

  @ApiProperty({ example: true, description: 'Whether it is on the branch that the conversation shows' })
  readonly is_active!: boolean;

  @ApiProperty({ format: 'date-time', example: EXAMPLE_TIME })
  readonly created_at!: string;

  @ApiProperty({ format: 'date-time', example: EXAMPLE_TIME })
  readonly updated_at!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  readonly edited_at!: string | null;
}

export function presentMessage(message: Message): MessageResponse {
  return {
    id: message.id,
    conversation_id: message.conversationId,
    parent_id: message.parentId,
    role: message.role,
    type: message.type,
    content: message.content,
    attachments: message.attachments,
    model: message.model,
    tokens_used: message.tokensUsed,
    status: message.status,
    finish_reason: message.finishReason,
    is_active: message.isActive,
    created_at: message.createdAt.toISOString(),
    updated_at: message.updatedAt.toISOString(),
    edited_at: message.editedAt?.toISOString() ?? null,
  };
}
