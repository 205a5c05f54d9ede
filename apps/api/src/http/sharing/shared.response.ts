import { ApiProperty } from '@nestjs/swagger';
import { type MessageRole, messageRoles } from '#conversations';
import type { SharedConversation } from '#sharing';

const EXAMPLE_TIME = '2026-01-01T12:00:00.000Z';

class SharedMessageResponse {
  @ApiProperty({ enum: messageRoles, example: 'user' })
  readonly role!: MessageRole;

  @ApiProperty({ example: 'What is the capital of France?' })
  readonly content!: string;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Which model answered' })
  readonly model!: string | null;

  @ApiProperty({ format: 'date-time', example: EXAMPLE_TIME })
  readonly created_at!: string;
}

export class SharedConversationResponse {
  @ApiProperty({ example: 'Rhymes', description: 'As it was then. Empty: not named yet' })
  readonly title!: string;

  @ApiProperty({ example: 'gpt-4o-mini' })
  readonly model!: string;

  @ApiProperty({ format: 'date-time', example: EXAMPLE_TIME, description: 'When it was shared' })
  readonly created_at!: string;

  @ApiProperty({ type: [SharedMessageResponse], description: 'In order' })
  readonly messages!: readonly SharedMessageResponse[];
}

export function presentShared({ title, model, createdAt, messages }: SharedConversation): SharedConversationResponse {
  return {
    title,
    model,
    created_at: createdAt.toISOString(),
    messages: messages.map((message) => ({
      role: message.role,
      content: message.content,
      model: message.model,
      created_at: message.createdAt.toISOString(),
    })),
  };
}
