import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Actor } from '#kernel';
import { MessageSearch } from '#messages';
import { API } from '../../edge/addresses';
import { CurrentActor } from '../../edge/auth/access.decorators';
import { ApiRoute } from '../../edge/docs/api-route.decorator';
import { SearchMessagesQuery } from './search.request';
import { FoundMessagesResponse, presentFoundMessages } from './search.response';

@ApiTags('Messages')
@Controller(`${API}/messages`)
export class SearchController {
  constructor(private readonly messages: MessageSearch) {}

  @ApiRoute({
    summary: 'Search my messages, the newest first',
    description:
      'In all conversations, archived ones too, and on every branch: is_active tells whether the conversation shows the message, and /activate makes it. What is edited or deleted is found as it is now; an answer is found once it is written.',
    answers: FoundMessagesResponse,
    errors: ['invalid', 'unauthenticated', 'forbidden', 'not_found'],
  })
  @Get('search')
  async search(
    @CurrentActor() actor: Actor,
    @Query() { q, conversation_id, ...filters }: SearchMessagesQuery,
  ): Promise<FoundMessagesResponse> {
    const query = { ...filters, query: q, conversationId: conversation_id };
    return presentFoundMessages(await this.messages.search(actor, query));
  }
}
