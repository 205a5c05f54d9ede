import { Controller, Delete, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Actor } from '#kernel';
import { MessageChanges, Messages } from '#messages';
import { API } from '../../edge/addresses';
import { CurrentActor } from '../../edge/auth/access.decorators';
import { ApiRoute } from '../../edge/docs/api-route.decorator';
import { nothing, NothingResponse } from '../../edge/docs/nothing.response';
import { IdParam } from '../../edge/fields/id-param.decorator';
import { MessageResponse, presentMessage } from '../../edge/presenters/message.response';
import { ListMessagesQuery } from './messages.request';
import { MessagesResponse, presentMessagePage } from './messages.response';

@ApiTags('Messages')
@Controller(API)
export class MessagesController {
  constructor(
    private readonly messages: Messages,
    private readonly changes: MessageChanges,
  ) {}

  @ApiRoute({
    summary: 'The messages of a conversation, the newest first unless asked otherwise',
    answers: MessagesResponse,
    errors: ['invalid', 'unauthenticated', 'forbidden', 'not_found'],
  })
  @Get('conversations/:id/messages')
  async list(
    @CurrentActor() actor: Actor,
    @IdParam() conversationId: string,
    @Query() query: ListMessagesQuery,
  ): Promise<MessagesResponse> {
    return presentMessagePage(await this.messages.page(actor, conversationId, query), query);
  }

  @ApiRoute({
    summary: 'One message',
    answers: MessageResponse,
    errors: ['unauthenticated', 'forbidden', 'not_found'],
  })
  @Get('messages/:id')
  async find(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<MessageResponse> {
    return presentMessage(await this.messages.find(actor, id));
  }

  @ApiRoute({
    summary: 'Delete a message',
    description:
      'Its children take its parent. Where the active branch ended in it, that goes on to the newest message below its parent. Not while it streams.',
    answers: NothingResponse,
    message: 'deleted',
    errors: ['unauthenticated', 'forbidden', 'not_found', 'conflict'],
  })
  @Delete('messages/:id')
  async delete(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<NothingResponse> {
    await this.changes.delete(actor, id);
    return nothing;
  }

  @ApiRoute({
    summary: 'Show the branch through a message',
    description: 'Below the message it goes on to the newest. What is shown already stays as it is.',
    answers: MessageResponse,
    message: 'updated',
    errors: ['unauthenticated', 'forbidden', 'not_found'],
  })
  @Post('messages/:id/activate')
  async activate(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<MessageResponse> {
    return presentMessage(await this.changes.activate(actor, id));
  }
}
