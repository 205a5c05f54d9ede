import { Body, Controller, Delete, Get, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import type { Actor } from '#kernel';
import { Shares } from '#sharing';
import { API } from '../../edge/addresses';
import { CurrentActor } from '../../edge/auth/access.decorators';
import { ApiRoute } from '../../edge/docs/api-route.decorator';
import { nothing, NothingResponse } from '../../edge/docs/nothing.response';
import { IdParam } from '../../edge/fields/id-param.decorator';
import { PublicUrl } from '../../edge/public-url';
import { CreateShareRequest } from './shares.request';
import { presentShare, ShareResponse, SharesResponse } from './shares.response';

@ApiTags('Sharing')
@Controller(`${API}/conversations/:id`)
export class SharesController {
  constructor(
    private readonly shares: Shares,
    private readonly publicUrl: PublicUrl,
  ) {}

  @ApiRoute({
    summary: 'Share a conversation by a link',
    description:
      'The link shows what the active branch holds now, without system messages, files and the answer being written; what is said, edited or deleted later does not change it. It ends when it is revoked, its time is over, or the conversation or the account goes. At most 50 links a conversation, 5,000 messages and 10 MB a link.',
    answers: ShareResponse,
    status: 201,
    message: 'created',
    errors: ['invalid', 'unauthenticated', 'forbidden', 'not_found', 'conflict', 'too_large'],
  })
  @Post('share')
  async share(
    @CurrentActor() actor: Actor,
    @IdParam() id: string,
    @Body() { expires_in_days, password }: CreateShareRequest,
    @Req() request: Request,
  ): Promise<ShareResponse> {
    const share = await this.shares.create(actor, id, { expiresInDays: expires_in_days, password });
    return presentShare(share, this.publicUrl.of(request));
  }

  @ApiRoute({
    summary: 'The links to a conversation, the newest first',
    description: 'One whose time is over may be listed for another hour, though it leads nowhere any more.',
    answers: SharesResponse,
    errors: ['unauthenticated', 'forbidden', 'not_found'],
  })
  @Get('shares')
  async list(@CurrentActor() actor: Actor, @IdParam() id: string, @Req() request: Request): Promise<SharesResponse> {
    const shares = await this.shares.list(actor, id);
    const publicUrl = this.publicUrl.of(request);
    return { shares: shares.map((share) => presentShare(share, publicUrl)) };
  }

  @ApiRoute({
    summary: 'Revoke a link',
    answers: NothingResponse,
    message: 'deleted',
    errors: ['unauthenticated', 'forbidden', 'not_found'],
  })
  @Delete('shares/:share_id')
  async revoke(
    @CurrentActor() actor: Actor,
    @IdParam() id: string,
    @IdParam('share_id') shareId: string,
  ): Promise<NothingResponse> {
    await this.shares.revoke(actor, id, shareId);
    return nothing;
  }
}
