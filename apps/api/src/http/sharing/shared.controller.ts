import { Controller, Get, Header, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Actor } from '#kernel';
import { Forks, SharedConversations } from '#sharing';
import { API } from '../../edge/addresses';
import { CurrentActor, Public } from '../../edge/auth/access.decorators';
import { ApiRoute } from '../../edge/docs/api-route.decorator';
import { PathParam } from '../../edge/fields/path-param.decorator';
import { ConversationDetailsResponse, presentConversationDetails } from '../../edge/presenters/conversation.response';
import { OpenedBySharePassword, SharePassword } from './share-password.decorator';
import { presentShared, SharedConversationResponse } from './shared.response';

const TOKEN = { example: 'q3Zc0xkYl1s5nJ8dW2fT7vB4mH6gR9aE-uPiOyLtKwQ' };

@ApiTags('Sharing')
@Controller(`${API}/shared/:token`)
export class SharedController {
  constructor(
    private readonly shared: SharedConversations,
    private readonly forks: Forks,
  ) {}

  @ApiRoute({
    summary: 'What somebody shared, for whoever has the link',
    description: 'Each answer counts as a view. A link with a password is 401 without it.',
    answers: SharedConversationResponse,
    headers: {
      'X-Robots-Tag': { schema: { type: 'string' }, description: 'noindex, nofollow' },
      'Cache-Control': { schema: { type: 'string' }, description: 'no-store' },
    },
    errors: ['unauthenticated', 'not_found'],
  })
  @Public()
  @OpenedBySharePassword()
  @Header('X-Robots-Tag', 'noindex, nofollow')
  @Header('Cache-Control', 'no-store')
  @Get()
  async view(
    @PathParam('token', TOKEN) token: string,
    @SharePassword() password: string | undefined,
  ): Promise<SharedConversationResponse> {
    return presentShared(await this.shared.view(token, password));
  }

  @ApiRoute({
    summary: 'Go on from what somebody shared, in a conversation of my own',
    description: 'Its messages are mine from then on, and said now; a system message it has none.',
    answers: ConversationDetailsResponse,
    status: 201,
    message: 'created',
    errors: ['unauthenticated', 'forbidden', 'not_found'],
  })
  @OpenedBySharePassword()
  @Post('fork')
  async fork(
    @CurrentActor() actor: Actor,
    @PathParam('token', TOKEN) token: string,
    @SharePassword() password: string | undefined,
  ): Promise<ConversationDetailsResponse> {
    return presentConversationDetails(await this.forks.fork(actor, token, password));
  }
}
