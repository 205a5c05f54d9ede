import { Body, Controller, Get, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { ConversationNumbers, Conversations } from '#conversations';
import type { Actor } from '#kernel';
import { ModelCatalogue } from '#llm';
import { type Message, Messages } from '#messages';
import { Locales, successWords } from '#platform';
import { CurrentActor } from '../../edge/auth/access.decorators';
import { offeredModel } from '../../edge/offered-model';
import { IntegerCreateRequest } from './integer-id.request';
import {
  IntegerConversationResponse,
  IntegerHistoryResponse,
  IntegerListedResponse,
  IntegerMessageResponse,
  presentCreated,
  presentHistory,
  presentListed,
} from './integer-id.response';
import { IntegerRoute, NumberParam } from './integer-route';

const MESSAGES_AT_ONCE = 200;

@ApiTags('Integer-id door')
@Controller('api/conversations')
export class IntegerConversationsController {
  constructor(
    private readonly conversations: Conversations,
    private readonly numbers: ConversationNumbers,
    private readonly messages: Messages,
    private readonly models: ModelCatalogue,
    private readonly locales: Locales,
  ) {}

  @IntegerRoute({
    summary: 'Begin a conversation',
    answers: IntegerConversationResponse,
    errors: ['unauthenticated', 'forbidden'],
  })
  @Post('create')
  async create(
    @CurrentActor() actor: Actor,
    @Body() { title, model, api_key: apiKey }: IntegerCreateRequest,
  ): Promise<IntegerConversationResponse> {
    const conversation = { title, model: offeredModel(this.models, model), apiKey };
    const created = await this.conversations.create(actor, conversation);
    return presentCreated(await this.numbers.numberOf(created.id), created, apiKey);
  }

  @IntegerRoute({
    summary: 'What was said in a conversation',
    description: 'Of the active branch, in order.',
    answers: IntegerHistoryResponse,
    errors: ['unauthenticated', 'forbidden', 'not_found'],
  })
  @Get('history/:id')
  async history(@CurrentActor() actor: Actor, @NumberParam() number: number): Promise<IntegerHistoryResponse> {
    const id = await this.numbers.idOf(actor, number);
    const conversation = await this.conversations.find(actor, id);
    return presentHistory(number, conversation, await this.allMessages(actor, id));
  }

  @IntegerRoute({
    summary: 'My conversations, the newest first',
    description: 'Without those that are archived; at most the newest 10,000.',
    answers: IntegerListedResponse,
    isList: true,
    errors: ['unauthenticated', 'forbidden'],
  })
  @Get('list')
  async list(@CurrentActor() actor: Actor): Promise<IntegerListedResponse[]> {
    return (await this.numbers.list(actor)).map(presentListed);
  }

  @IntegerRoute({
    summary: 'Delete a conversation with all its messages',
    answers: IntegerMessageResponse,
    message: 'deleted',
    errors: ['unauthenticated', 'forbidden', 'not_found'],
  })
  @Post('del/:id')
  async delete(
    @CurrentActor() actor: Actor,
    @NumberParam() number: number,
    @Req() { headers }: Request,
  ): Promise<IntegerMessageResponse> {
    await this.conversations.delete(actor, await this.numbers.idOf(actor, number));
    return { message: successWords('deleted', this.locales.pick(headers['accept-language'])) };
  }

  private async allMessages(actor: Actor, id: string): Promise<readonly Message[]> {
    const all: Message[] = [];
    let cursor: string | undefined;
    do {
      const query = { branches: 'active', order: 'asc', page: 1, size: MESSAGES_AT_ONCE, cursor } as const;
      const { messages, nextCursor } = await this.messages.page(actor, id, query);
      all.push(...messages);
      cursor = nextCursor ?? undefined;
    } while (cursor !== undefined);
    return all;
  }
}
