import { ApiProperty } from '@nestjs/swagger';
import type { ConversationDetails, ConversationPage } from '#conversations';
import type { SomeMessages } from '#messages';
import {
  ConversationDetailsResponse,
  ConversationResponse,
  presentConversation,
  presentConversationDetails,
} from '../../edge/presenters/conversation.response';
import { MessageResponse, presentMessage } from '../../edge/presenters/message.response';
import { KeysetPaginationResponse, presentKeysetPagination } from '../../edge/presenters/pagination.response';

export class ConversationsResponse {
  @ApiProperty({ type: [ConversationResponse] })
  readonly conversations!: readonly ConversationResponse[];

  @ApiProperty()
  readonly pagination!: KeysetPaginationResponse;
}

export class ConversationWithMessagesResponse extends ConversationDetailsResponse {
  @ApiProperty({ type: [MessageResponse], description: 'The newest 100 of the active branch, in order' })
  readonly messages!: readonly MessageResponse[];

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'The cursor with which /messages goes on to the older ones; null: there are none',
  })
  readonly messages_next_cursor!: string | null;
}

export function presentConversationPage(
  { conversations, total, nextCursor }: ConversationPage,
  { page, size }: { readonly page: number; readonly size: number },
): ConversationsResponse {
  return {
    conversations: conversations.map(presentConversation),
    pagination: presentKeysetPagination(page, size, total, nextCursor),
  };
}

export function presentConversationWithMessages(
  conversation: ConversationDetails,
  { messages, nextCursor }: SomeMessages,
): ConversationWithMessagesResponse {
  return {
    ...presentConversationDetails(conversation),
    messages: messages.map(presentMessage),
    messages_next_cursor: nextCursor,
  };
}
