import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiHeader, ApiTags } from '@nestjs/swagger';
import { ChatService, type NoteCommand } from '#chat';
import { type Actor, AppError } from '#kernel';
import { Quota } from '#quota';
import { API } from '../../edge/addresses';
import { Exchange, type HttpExchange } from '../../edge/answer/exchange.decorator';
import type { Streamed } from '../../edge/answer/streamed';
import { CurrentActor, RequireScope } from '../../edge/auth/access.decorators';
import { ApiRoute } from '../../edge/docs/api-route.decorator';
import { TURN_ERRORS } from '../../edge/docs/turn-errors';
import { IdParam } from '../../edge/fields/id-param.decorator';
import { IdempotencyKey, TakesIdempotencyKey } from '../../edge/fields/idempotency-key.decorator';
import { MessageResponse, presentMessage } from '../../edge/presenters/message.response';
import { presentNote, SentResponse } from '../../edge/presenters/turn.response';
import { LastEventId } from './last-event-id.decorator';
import { tellOf } from '../../edge/answer/quota-headers';
import { TurnAnswers } from './turn-answers';
import { BeginsTurn, STREAM_HEADERS, TURN_HEADERS } from './turn-docs';
import { AttachQuery, LAST_EVENT_ID, OFFSETS, RegenerateRequest, SendRequest, SendToRequest } from './turns.request';

const SENDING =
  'The answer goes on being written when its client leaves. A turn that was stopped is a success like any other: the status of its message tells.';
const STREAMING =
  'A turn that fails before it streams is an ordinary error answer; one that fails later ends with an error event. An empty comment every 15 seconds keeps proxies awake.';

@ApiTags('Messages')
@Controller(API)
export class TurnsController {
  constructor(
    private readonly chat: ChatService,
    private readonly answers: TurnAnswers,
    private readonly quota: Quota,
  ) {}

  @ApiRoute({
    summary: 'Send a message, and have it answered',
    description: SENDING,
    answers: SentResponse,
    status: 201,
    message: 'created',
    streams: true,
    headers: TURN_HEADERS,
    errors: TURN_ERRORS,
  })
  @BeginsTurn()
  @TakesIdempotencyKey()
  @Post('conversations/:id/messages')
  send(
    @Exchange() exchange: HttpExchange,
    @IdParam() conversationId: string,
    @IdempotencyKey() key: string | undefined,
    @Body() body: SendRequest,
  ): Promise<SentResponse | Streamed> {
    return this.answer(exchange, conversationId, key, body);
  }

  @ApiRoute({
    summary: 'Send a message to the conversation that it names, and have it answered',
    description: SENDING,
    answers: SentResponse,
    status: 201,
    message: 'created',
    streams: true,
    headers: TURN_HEADERS,
    errors: TURN_ERRORS,
  })
  @BeginsTurn()
  @TakesIdempotencyKey()
  @Post('messages')
  sendTo(
    @Exchange() exchange: HttpExchange,
    @IdempotencyKey() key: string | undefined,
    @Body() body: SendToRequest,
  ): Promise<SentResponse | Streamed> {
    return this.answer(exchange, body.conversation_id, key, body);
  }

  @ApiRoute({
    summary: 'Send a message, and have it answered as the answer is written',
    description: STREAMING,
    streams: true,
    headers: STREAM_HEADERS,
    errors: TURN_ERRORS,
  })
  @BeginsTurn()
  @TakesIdempotencyKey()
  @Post('conversations/:id/messages/stream')
  stream(
    @Exchange() exchange: HttpExchange,
    @IdParam() conversationId: string,
    @IdempotencyKey() key: string | undefined,
    @Body() body: SendRequest,
  ): Promise<SentResponse | Streamed> {
    return this.answer(exchange, conversationId, key, { ...body, stream: true });
  }

  @ApiRoute({
    summary: 'Send a message to the conversation that it names, and have it answered as the answer is written',
    description: STREAMING,
    streams: true,
    headers: STREAM_HEADERS,
    errors: TURN_ERRORS,
  })
  @BeginsTurn()
  @TakesIdempotencyKey()
  @Post('messages/stream')
  streamTo(
    @Exchange() exchange: HttpExchange,
    @IdempotencyKey() key: string | undefined,
    @Body() body: SendToRequest,
  ): Promise<SentResponse | Streamed> {
    return this.answer(exchange, body.conversation_id, key, { ...body, stream: true });
  }

  @ApiRoute({
    summary: 'Read an answer as it is written, from where it was left',
    description: `From any device, and as often as wanted. Of an answer that is over: the rest, and the end. ${STREAMING}`,
    streams: true,
    headers: STREAM_HEADERS,
    errors: ['invalid', 'unauthenticated', 'forbidden', 'not_found'],
  })
  @RequireScope('chat')
  @ApiHeader({
    name: LAST_EVENT_ID,
    required: false,
    description: 'The last id that came, as browsers send it when they reconnect',
    schema: { type: 'integer', minimum: OFFSETS.min, maximum: OFFSETS.max },
  })
  @Get('messages/:id/stream')
  attach(
    @Exchange() exchange: HttpExchange,
    @IdParam() id: string,
    @LastEventId() lastEventId: number | undefined,
    @Query() { offset = lastEventId ?? 0 }: AttachQuery,
  ): Promise<Streamed> {
    return this.answers.attach(exchange, id, offset);
  }

  @ApiRoute({
    summary: 'Stop an answer that is being written',
    description: 'What came of it is kept. An answer that is over stays as it is.',
    answers: MessageResponse,
    errors: ['unauthenticated', 'forbidden', 'not_found'],
  })
  @RequireScope('chat')
  @Post('messages/:id/stop')
  async stop(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<MessageResponse> {
    return presentMessage(await this.chat.stopTurn(actor, id));
  }

  @ApiRoute({
    summary: 'Have another answer to the same message',
    description: `The old one stays, inactive. ${SENDING}`,
    answers: SentResponse,
    status: 201,
    message: 'created',
    streams: true,
    headers: STREAM_HEADERS,
    errors: TURN_ERRORS,
  })
  @BeginsTurn()
  @TakesIdempotencyKey()
  @Post('messages/:id/regenerate')
  regenerate(
    @Exchange() exchange: HttpExchange,
    @IdParam() messageId: string,
    @IdempotencyKey() idempotencyKey: string | undefined,
    @Body() { model, temperature, max_tokens: maxTokens, stream = false }: RegenerateRequest,
  ): Promise<SentResponse | Streamed> {
    const command = { kind: 'regenerate', messageId, idempotencyKey, model, temperature, maxTokens } as const;
    return stream ? this.answers.stream(exchange, command) : this.answers.whole(exchange, command);
  }

  private async answer(
    exchange: HttpExchange,
    conversationId: string,
    idempotencyKey: string | undefined,
    { content, role, parent_id: parentId, attachments, stream = false, ...wishes }: SendRequest,
  ): Promise<SentResponse | Streamed> {
    const message = { conversationId, content, parentId, idempotencyKey };
    if (role === 'system') {
      if (attachments.length > 0) throw AppError.invalid({ field: 'attachments', reason: 'invalid' });
      if (stream) throw AppError.invalid({ field: 'role', reason: 'invalid' });
      return this.note(exchange, message);
    }
    const { model, temperature, max_tokens: maxTokens } = wishes;
    const wish = { model, temperature, maxTokens, mayBeCached: !stream };
    const command = { kind: 'send', attachments, ...message, ...wish } as const;
    return stream ? this.answers.stream(exchange, command) : this.answers.whole(exchange, command);
  }
  private async note({ request, response }: HttpExchange, command: NoteCommand): Promise<SentResponse> {
    const actor = request.user;
    const note = await this.chat.note(actor, command);
    tellOf((await this.quota.statusOf(actor.userId)).day.remaining, response);
    return presentNote(note);
  }
}
