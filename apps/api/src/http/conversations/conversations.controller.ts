import { Body, Controller, Delete, Get, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Conversations, type ConversationUpdate } from '#conversations';
import type { Actor } from '#kernel';
import { ModelCatalogue } from '#llm';
import { Messages } from '#messages';
import { API } from '../../edge/addresses';
import { CurrentActor } from '../../edge/auth/access.decorators';
import { ApiRoute } from '../../edge/docs/api-route.decorator';
import { nothing, NothingResponse } from '../../edge/docs/nothing.response';
import { IdParam } from '../../edge/fields/id-param.decorator';
import { offeredModel } from '../../edge/offered-model';
import { ConversationDetailsResponse, presentConversationDetails } from '../../edge/presenters/conversation.response';
import { CreateConversationRequest, ListConversationsQuery, UpdateConversationRequest } from './conversations.request';
import {
  ConversationsResponse,
  ConversationWithMessagesResponse,
  presentConversationPage,
  presentConversationWithMessages,
} from './conversations.response';

@ApiTags('Conversations')
@Controller(`${API}/conversations`)
export class ConversationsController {
  constructor(
    private readonly conversations: Conversations,
    private readonly messages: Messages,
    private readonly models: ModelCatalogue,
  ) {}

  @ApiRoute({
    summary: 'My conversations, the newest first unless asked otherwise',
    answers: ConversationsResponse,
    errors: ['invalid', 'unauthenticated', 'forbidden'],
  })
  @Get()
  async list(@CurrentActor() actor: Actor, @Query() query: ListConversationsQuery): Promise<ConversationsResponse> {
    return presentConversationPage(await this.conversations.list(actor, query), query);
  }

  @ApiRoute({
    summary: 'Begin a conversation',
    answers: ConversationDetailsResponse,
    status: 201,
    message: 'created',
    errors: ['invalid', 'unauthenticated', 'forbidden'],
  })
  @Post()
  async create(
    @CurrentActor() actor: Actor,
    @Body() { title, model = this.models.default().id, system_message, api_key }: CreateConversationRequest,
  ): Promise<ConversationDetailsResponse> {
    const request = { title, model: offeredModel(this.models, model), systemMessage: system_message, apiKey: api_key };
    return presentConversationDetails(await this.conversations.create(actor, request));
  }

  @ApiRoute({
    summary: 'One conversation, with the newest of its messages',
    answers: ConversationWithMessagesResponse,
    errors: ['unauthenticated', 'forbidden', 'not_found'],
  })
  @Get(':id')
  async find(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<ConversationWithMessagesResponse> {
    const [conversation, newest] = await Promise.all([
      this.conversations.find(actor, id),
      this.messages.newest(actor, id),
    ]);
    return presentConversationWithMessages(conversation, newest);
  }

  @ApiRoute({
    summary: 'Change a conversation',
    answers: ConversationDetailsResponse,
    message: 'updated',
    errors: ['invalid', 'unauthenticated', 'forbidden', 'not_found'],
  })
  @Put(':id')
  async replace(
    @CurrentActor() actor: Actor,
    @IdParam() id: string,
    @Body() body: UpdateConversationRequest,
  ): Promise<ConversationDetailsResponse> {
    return this.update(actor, id, body);
  }

  @ApiRoute({
    summary: 'Change a conversation; the same as PUT',
    answers: ConversationDetailsResponse,
    message: 'updated',
    errors: ['invalid', 'unauthenticated', 'forbidden', 'not_found'],
  })
  @Patch(':id')
  async update(
    @CurrentActor() actor: Actor,
    @IdParam() id: string,
    @Body() { title, is_archived, is_pinned, model, system_message, api_key }: UpdateConversationRequest,
  ): Promise<ConversationDetailsResponse> {
    // Before the model is judged: another's conversation is not found, whatever is asked of it.
    await this.conversations.find(actor, id);
    const update: ConversationUpdate = {
      title,
      isArchived: is_archived,
      isPinned: is_pinned,
      systemMessage: system_message,
      apiKey: api_key,
      model: model && offeredModel(this.models, model),
    };
    return presentConversationDetails(await this.conversations.update(actor, id, update));
  }

  @ApiRoute({
    summary: 'Delete a conversation with all its messages',
    answers: NothingResponse,
    message: 'deleted',
    errors: ['unauthenticated', 'forbidden', 'not_found'],
  })
  @Delete(':id')
  async delete(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<NothingResponse> {
    await this.conversations.delete(actor, id);
    return nothing;
  }

  @ApiRoute({
    summary: 'Put a conversation into the archive',
    answers: ConversationDetailsResponse,
    message: 'updated',
    errors: ['unauthenticated', 'forbidden', 'not_found'],
  })
  @Post(':id/archive')
  async archive(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<ConversationDetailsResponse> {
    return presentConversationDetails(await this.conversations.archive(actor, id));
  }

  @ApiRoute({
    summary: 'Take a conversation out of the archive',
    answers: ConversationDetailsResponse,
    message: 'updated',
    errors: ['unauthenticated', 'forbidden', 'not_found'],
  })
  @Post(':id/unarchive')
  async unarchive(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<ConversationDetailsResponse> {
    return presentConversationDetails(await this.conversations.unarchive(actor, id));
  }
}
