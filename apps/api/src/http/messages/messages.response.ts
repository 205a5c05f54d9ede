import { ApiProperty } from '@nestjs/swagger';
import type { MessagePage } from '#messages';
import { MessageResponse, presentMessage } from '../../edge/presenters/message.response';
import { KeysetPaginationResponse, presentKeysetPagination } from '../../edge/presenters/pagination.response';

export class MessagesResponse {
  @ApiProperty({ type: [MessageResponse] })
  readonly messages!: readonly MessageResponse[];

  @ApiProperty()
  readonly pagination!: KeysetPaginationResponse;
}

export function presentMessagePage(
  { messages, total, nextCursor }: MessagePage,
  { page, size }: { readonly page: number; readonly size: number },
): MessagesResponse {
  return {
    messages: messages.map(presentMessage),
    pagination: presentKeysetPagination(page, size, total, nextCursor),
  };
}
