import { applyDecorators, Body, Controller, Post } from '@nestjs/common';
import { ApiExtraModels, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { Turn } from '#chat';
import { Conversations } from '#conversations';
import { Locales } from '#platform';
import { API } from '../../edge/addresses';
import { Exchange, type HttpExchange } from '../../edge/answer/exchange.decorator';
import { RawResponse } from '../../edge/answer/raw-response.decorator';
import type { Streamed } from '../../edge/answer/streamed';
import { RequireScope } from '../../edge/auth/access.decorators';
import { ApiRoute } from '../../edge/docs/api-route.decorator';
import { TURN_ERRORS } from '../../edge/docs/turn-errors';
import { IdempotencyKey, TakesIdempotencyKey } from '../../edge/fields/idempotency-key.decorator';
import { RateLimit } from '../../edge/rates/rate-limit.decorator';
import { HttpTurns } from '../../edge/turns/http-turns';
import type { WantedTurn } from '../../edge/turns/wanted-turns';
import { ConversationTurns } from '../../edge/turns/conversation-turns';
import { PlainChatRequest } from './plain-chat.request';
import { PlainChatFrame, PlainChatResponse, plainFrame, presentAnswer } from './plain-chat.response';
import { plainErrors } from './plain-error';

export const PLAIN_CHAT = `${API}/chat`;

const frames = { 'text/event-stream': { schema: { $ref: getSchemaPath(PlainChatFrame) } } };
const headers = {
  'X-Conversation-ID': { description: 'Of a stream', schema: { type: 'string', format: 'uuid' } },
} as const;

function PlainRoute(summary: string, answers?: typeof PlainChatResponse): MethodDecorator {
  return applyDecorators(
    RawResponse(),
    ApiRoute({
      summary,
      ...(answers && { answers }),
      streams: frames,
      headers,
      errors: [...TURN_ERRORS, 'too_large', 'unsupported_media'],
      errorShape: plainErrors,
    }),
    ApiExtraModels(PlainChatFrame),
    RateLimit('send'),
    RequireScope('chat'),
    TakesIdempotencyKey(),
  );
}

@ApiTags('Plain chat door')
@Controller(PLAIN_CHAT)
export class PlainChatController {
  constructor(
    private readonly turns: HttpTurns,
    private readonly inConversations: ConversationTurns,
    private readonly conversations: Conversations,
    private readonly locales: Locales,
  ) {}

  @PlainRoute('Say something, in a new conversation or an old one, and have it answered', PlainChatResponse)
  @Post()
  async chat(
    @Exchange() exchange: HttpExchange,
    @IdempotencyKey() key: string | undefined,
    @Body() body: PlainChatRequest,
  ): Promise<PlainChatResponse | Streamed> {
    const awaited = await this.open(exchange, body, key);
    return body.stream ? this.pour(exchange, awaited) : presentAnswer(await this.turns.endOf(awaited));
  }

  @PlainRoute('The same, answered as the answer is written')
  @Post('stream')
  async stream(
    @Exchange() exchange: HttpExchange,
    @IdempotencyKey() key: string | undefined,
    @Body() body: PlainChatRequest,
  ): Promise<Streamed> {
    return this.pour(exchange, await this.open(exchange, { ...body, stream: true }, key));
  }

  private open(exchange: HttpExchange, body: PlainChatRequest, key: string | undefined): Promise<WantedTurn> {
    return this.turns.open(exchange, (wanted) => this.openTurn(exchange, body, key, wanted));
  }

  private async openTurn(
    { request: { user } }: HttpExchange,
    { message: content, conversation_id: id, system_prompt, temperature, max_tokens, stream }: PlainChatRequest,
    idempotencyKey: string | undefined,
    wanted: AbortSignal,
  ): Promise<Turn> {
    const wishes = { temperature: temperature ?? undefined, maxTokens: max_tokens ?? undefined };
    const said = { content, idempotencyKey, ...wishes, mayBeCached: !stream };
    const systemMessage = system_prompt ?? undefined;
    if (!id) return this.inConversations.begin(user, { systemMessage }, said, wanted);
    if (systemMessage !== undefined) await this.conversations.update(user, id, { systemMessage });
    return this.inConversations.openIn(user, id, said, wanted);
  }

  private pour(exchange: HttpExchange, awaited: WantedTurn): Streamed {
    const { turn } = awaited;
    const locale = this.locales.pick(exchange.request.headers['accept-language']);
    const frameOf = plainFrame.bind(undefined, turn);
    return this.turns.stream(exchange, awaited, {
      reader: turn.read(0),
      head: '',
      frameOf: (event) => frameOf(event, locale),
    });
  }
}
