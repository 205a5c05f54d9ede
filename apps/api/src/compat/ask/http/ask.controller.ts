import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Exchange, type HttpExchange } from '../../../edge/answer/exchange.decorator';
import { RawResponse } from '../../../edge/answer/raw-response.decorator';
import { RequireScope } from '../../../edge/auth/access.decorators';
import { ApiRoute } from '../../../edge/docs/api-route.decorator';
import { TURN_ERRORS } from '../../../edge/docs/turn-errors';
import { IdempotencyKey, TakesIdempotencyKey } from '../../../edge/fields/idempotency-key.decorator';
import { PathParam } from '../../../edge/fields/path-param.decorator';
import { RateLimit } from '../../../edge/rates/rate-limit.decorator';
import { HttpTurns } from '../../../edge/turns/http-turns';
import { Asking } from '../asking';
import { askErrors } from './ask-error';
import { AskRequest } from './ask.request';
import { AskResponse, presentAsked } from './ask.response';

@ApiTags('Ask door')
@Controller('ask')
export class AskController {
  constructor(
    private readonly turns: HttpTurns,
    private readonly asking: Asking,
  ) {}

  @ApiRoute({
    summary: 'Ask, in a conversation or in a new one, and have it answered whole',
    answers: AskResponse,
    errors: [...TURN_ERRORS, 'too_large', 'unsupported_media'],
    errorShape: askErrors,
  })
  @RawResponse()
  @RateLimit('send')
  @RequireScope('chat')
  @TakesIdempotencyKey()
  @Post(':conversation_id')
  async ask(
    @Exchange() exchange: HttpExchange,
    @PathParam('conversation_id', { example: 'new' }) conversation: string,
    @IdempotencyKey() idempotencyKey: string | undefined,
    @Body() { prompt, parent_id: parent }: AskRequest,
  ): Promise<AskResponse> {
    const question = { prompt, conversation, parent: parent ?? '', idempotencyKey, mayBeCached: true };
    const { user } = exchange.request;
    const awaited = await this.turns.open(exchange, (wanted) => this.asking.open(user, question, wanted));
    return presentAsked(await this.turns.endOf(awaited));
  }
}
