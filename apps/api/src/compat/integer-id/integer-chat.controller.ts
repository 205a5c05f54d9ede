import { Body, Controller, Post } from '@nestjs/common';
import { ApiExtraModels, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { ConversationNumbers } from '#conversations';
import { Locales } from '#platform';
import { Exchange, type HttpExchange } from '../../edge/answer/exchange.decorator';
import type { Streamed } from '../../edge/answer/streamed';
import { RequireScope } from '../../edge/auth/access.decorators';
import { TURN_ERRORS } from '../../edge/docs/turn-errors';
import { IdempotencyKey, TakesIdempotencyKey } from '../../edge/fields/idempotency-key.decorator';
import { RateLimit } from '../../edge/rates/rate-limit.decorator';
import { ConversationTurns } from '../../edge/turns/conversation-turns';
import { HttpTurns } from '../../edge/turns/http-turns';
import { IntegerChatRequest } from './integer-id.request';
import { IntegerRoute, NumberParam } from './integer-route';
import { IntegerChatLine, turnLines } from './turn-event.line';

@ApiTags('Integer-id door')
@ApiExtraModels(IntegerChatLine)
@Controller('api/chat')
export class IntegerChatController {
  constructor(
    private readonly turns: HttpTurns,
    private readonly inConversations: ConversationTurns,
    private readonly numbers: ConversationNumbers,
    private readonly locales: Locales,
  ) {}

  @IntegerRoute({
    summary: 'Say something in a conversation, and have it answered as the answer is written',
    description:
      'Lines of bare JSON, an empty line after each and no `data:` before: pieces of the answer, `done`, and the `full_response`; or an `error`, which ends it. The address may end with a slash.',
    streams: { 'text/event-stream': { schema: { $ref: getSchemaPath(IntegerChatLine) } } },
    headers: { 'X-Conversation-ID': { schema: { type: 'string', format: 'uuid' } } },
    errors: TURN_ERRORS,
  })
  @RateLimit('send')
  @RequireScope('chat')
  @TakesIdempotencyKey()
  @Post(':id')
  async chat(
    @Exchange() exchange: HttpExchange,
    @NumberParam() number: number,
    @IdempotencyKey() idempotencyKey: string | undefined,
    @Body() { message: content }: IntegerChatRequest,
  ): Promise<Streamed> {
    const { user, headers } = exchange.request;
    const id = await this.numbers.idOf(user, number);
    const said = { content, idempotencyKey, mayBeCached: false };
    const awaited = await this.turns.open(exchange, (wanted) => this.inConversations.openIn(user, id, said, wanted));
    const locale = this.locales.pick(headers['accept-language']);
    return this.turns.stream(exchange, awaited, {
      reader: awaited.turn.read(0),
      head: '',
      beats: false,
      frameOf: (event) => turnLines(event, locale),
    });
  }
}
