import { ApiProperty } from '@nestjs/swagger';
import { type ConversationDetails, type MessageRole, messageRoles, type NumberedConversation } from '#conversations';
import type { Message } from '#messages';

const ID = { type: 'integer', example: 1 } as const;
const CREATED = { type: 'integer', example: 1_767_268_800, description: 'Seconds since 1970' } as const;

export class IntegerMessageResponse {
  @ApiProperty({ description: 'For people, in the language asked for', example: 'Done' })
  readonly message!: string;
}

export class IntegerTokenResponse {
  @ApiProperty({ description: 'An access token, for the Authorization header as `Bearer …`' })
  readonly token!: string;
}

export class IntegerConversationResponse {
  @ApiProperty(ID)
  readonly conversation_id!: number;

  @ApiProperty({ example: 'Rhymes' })
  readonly title!: string;

  @ApiProperty({ example: 'gpt-4o-mini' })
  readonly model!: string;

  @ApiProperty(CREATED)
  readonly created_time!: number;

  @ApiProperty({ required: false, example: 'sk-…abcd', description: 'Where one was given; it is not shown again' })
  readonly api_key?: string;
}

export class IntegerHistoryMessage {
  @ApiProperty({ enum: messageRoles, example: 'user' })
  readonly role!: MessageRole;

  @ApiProperty({ example: 'What is the capital of France?' })
  readonly content!: string;

  @ApiProperty({ ...ID, description: 'Its place in the conversation' })
  readonly message_id!: number;
}

export class IntegerHistoryResponse {
  @ApiProperty(ID)
  readonly conversation_id!: number;

  @ApiProperty({ example: 'Rhymes' })
  readonly title!: string;

  @ApiProperty({ example: 'gpt-4o-mini' })
  readonly model!: string;

  @ApiProperty({ type: [IntegerHistoryMessage] })
  readonly messages!: readonly IntegerHistoryMessage[];

  @ApiProperty(CREATED)
  readonly created_time!: number;
}

export class IntegerListedResponse {
  @ApiProperty(ID)
  readonly conversation_id!: number;

  @ApiProperty({ example: 'Rhymes', description: 'Empty: not named yet' })
  readonly title!: string;

  @ApiProperty(CREATED)
  readonly created_time!: number;
}

export function presentCreated(
  conversation_id: number,
  { title, model, createdAt }: ConversationDetails,
  apiKey: string | null | undefined,
): IntegerConversationResponse {
  const created_time = secondsOf(createdAt);
  return { conversation_id, title, model, created_time, ...(apiKey && { api_key: masked(apiKey) }) };
}

export function presentHistory(
  conversation_id: number,
  { title, model, createdAt }: ConversationDetails,
  messages: readonly Message[],
): IntegerHistoryResponse {
  return {
    conversation_id,
    title,
    model,
    messages: messages.map(({ role, content }, index) => ({ role, content, message_id: index + 1 })),
    created_time: secondsOf(createdAt),
  };
}

export function presentListed({ number, title, createdAt }: NumberedConversation): IntegerListedResponse {
  return { conversation_id: number, title, created_time: secondsOf(createdAt) };
}

/** Enough to tell one key from another; of a short one that would be too much. */
function masked(key: string): string {
  return key.length < 12 ? '…' : `${key.slice(0, 3)}…${key.slice(-4)}`;
}

function secondsOf(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}
