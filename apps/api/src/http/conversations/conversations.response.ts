import { ApiProperty } from '@nestjs/swagger';
import type { ConversationPage } from '#conversations';
import { ConversationResponse, presentConversation } from '../../edge/presenters/conversation.response';
import { KeysetPaginationResponse, presentKeysetPagination } from '../../edge/presenters/pagination.response';

export class ConversationsResponse {
  @ApiProperty({ type: [ConversationResponse] })
  readonly conversations!: readonly ConversationResponse[];

  @ApiProperty()
  readonly pagination!: KeysetPaginationResponse;
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
