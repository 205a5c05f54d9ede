import { Body, Controller, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AppError } from '#kernel';
import { TokenCounter } from '#llm';
import { MessageChanges, Messages } from '#messages';
import { API } from '../../edge/addresses';
import { Exchange, type HttpExchange } from '../../edge/answer/exchange.decorator';
import type { Streamed } from '../../edge/answer/streamed';
import { refuseWithoutScope } from '../../edge/auth/access.decorators';
import { ApiRoute } from '../../edge/docs/api-route.decorator';
import { TURN_ERRORS } from '../../edge/docs/turn-errors';
import { IdParam } from '../../edge/fields/id-param.decorator';
import { IdempotencyKey, TakesIdempotencyKey } from '../../edge/fields/idempotency-key.decorator';
import { MessageResponse, presentMessage } from '../../edge/presenters/message.response';
import { SentResponse } from '../../edge/presenters/turn.response';
import { RateLimit } from '../../edge/rates/rate-limit.decorator';
import { TurnAnswers } from './turn-answers';
import { STREAM_HEADERS } from './turn-docs';
import { EditMessageRequest } from './turns.request';

@ApiTags('Messages')
@Controller(API)
export class EditsController {
  constructor(
    private readonly messages: Messages,
    private readonly changes: MessageChanges,
    private readonly tokens: TokenCounter,
    private readonly answers: TurnAnswers,
  ) {}

  @ApiRoute({
    summary: 'Change the text of a message, or say it otherwise and have that answered',
    description:
      'Not while it streams. With `regenerate: true` it answers as a send does, and an API key must be good for `chat` as well.',
    answers: MessageResponse,
    orAnswers: SentResponse,
    message: 'updated',
    streams: true,
    headers: STREAM_HEADERS,
    errors: TURN_ERRORS,
  })
  @RateLimit('edit')
  @TakesIdempotencyKey()
  @Put('messages/:id')
  edit(
    @Exchange() exchange: HttpExchange,
    @IdParam() id: string,
    @IdempotencyKey() key: string | undefined,
    @Body() body: EditMessageRequest,
  ): Promise<MessageResponse | SentResponse | Streamed> {
    return body.regenerate ? this.rephrase(exchange, id, key, body) : this.change(exchange, id, body);
  }

  private async change(
    { request }: HttpExchange,
    id: string,
    { content, ...wishes }: EditMessageRequest,
  ): Promise<MessageResponse> {
    refuseWishes(wishes);
    const text = { content, tokensUsed: await this.tokens.count(content) };
    return presentMessage(await this.changes.edit(request.user, id, text));
  }

  private async rephrase(
    exchange: HttpExchange,
    messageId: string,
    idempotencyKey: string | undefined,
    { content, model, temperature, max_tokens: maxTokens, stream = false }: EditMessageRequest,
  ): Promise<SentResponse | Streamed> {
    const actor = exchange.request.user;
    refuseWithoutScope(actor, 'chat');
    const { role } = await this.messages.find(actor, messageId);
    if (role !== 'user') throw AppError.invalid({ field: 'regenerate', reason: 'invalid' });
    const command = { kind: 'rephrase', messageId, content, idempotencyKey, model, temperature, maxTokens } as const;
    return stream ? this.answers.stream(exchange, command) : this.answers.whole(exchange, command);
  }
}

/** There is no answer that they could be for. */
function refuseWishes({ model, temperature, max_tokens, stream }: Omit<EditMessageRequest, 'content'>): void {
  const wishes = { model, temperature, max_tokens, stream: stream || undefined };
  const [first, ...rest] = Object.entries(wishes)
    .filter(([, wish]) => wish !== undefined)
    .map(([field]) => ({ field, reason: 'invalid' }) as const);
  if (first !== undefined) throw AppError.invalid(first, ...rest);
}
