import { ApiProperty } from '@nestjs/swagger';
import { type Conversation, type ConversationDetails, type MessageRole, messageRoles } from '#conversations';

const EXAMPLE_TIME = '2026-01-01T12:00:00.000Z';

class LastMessageResponse {
  @ApiProperty({ example: 'The answer is 42.', description: 'Its first 200 characters' })
  readonly content!: string;

  @ApiProperty({ enum: messageRoles, example: 'assistant' })
  readonly role!: MessageRole;

  @ApiProperty({ format: 'date-time', example: EXAMPLE_TIME })
  readonly created_at!: string;
}

export class ConversationResponse {
  @ApiProperty({ format: 'uuid', example: '019b76da-a800-7000-8000-000000000010' })
  readonly id!: string;

  @ApiProperty({ example: 'Rhymes', description: 'Empty: not named yet' })
  readonly title!: string;

  @ApiProperty({ example: 'gpt-4o-mini' })
  readonly model!: string;

  @ApiProperty({ type: 'integer', example: 2, description: 'Of the active branch' })
  readonly message_count!: number;

  @ApiProperty()
  readonly is_archived!: boolean;

  @ApiProperty()
  readonly is_pinned!: boolean;

  @ApiProperty({ format: 'date-time', example: EXAMPLE_TIME })
  readonly created_at!: string;

  @ApiProperty({
    format: 'date-time',
    example: EXAMPLE_TIME,
    description: 'Of the newest message or change; pinning and archiving are none',
  })
  readonly updated_at!: string;

  @ApiProperty({ type: LastMessageResponse, nullable: true, description: 'Of the active branch' })
  readonly last_message!: LastMessageResponse | null;
}

export class ConversationDetailsResponse extends ConversationResponse {
  @ApiProperty({ type: String, nullable: true, example: 'Answer in rhymes.' })
  readonly system_message!: string | null;

  @ApiProperty({ description: 'Whether an api_key was given, which itself is not shown' })
  readonly has_api_key!: boolean;
}

export function presentConversation(conversation: Conversation): ConversationResponse {
  const { lastMessage } = conversation;
  return {
    id: conversation.id,
    title: conversation.title,
    model: conversation.model,
    message_count: conversation.messageCount,
    is_archived: conversation.isArchived,
    is_pinned: conversation.isPinned,
    created_at: conversation.createdAt.toISOString(),
    updated_at: conversation.updatedAt.toISOString(),
    last_message: lastMessage && {
      content: lastMessage.content,
      role: lastMessage.role,
      created_at: lastMessage.createdAt.toISOString(),
    },
  };
}

export function presentConversationDetails(conversation: ConversationDetails): ConversationDetailsResponse {
  return Object.assign(presentConversation(conversation), {
    system_message: conversation.systemMessage,
    has_api_key: conversation.hasOwnKey,
  });
}
