import { Body, Controller, Headers, Post, UseFilters } from '@nestjs/common';
import { ApiBody, ApiExtraModels, ApiHeader, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { ModelCatalogue } from '#llm';
import { Exchange, type HttpExchange } from '../../edge/answer/exchange.decorator';
import { QuotaOfRefused } from '../../edge/errors/quota-of-refused.filter';
import { RawResponse } from '../../edge/answer/raw-response.decorator';
import type { Streamed } from '../../edge/answer/streamed';
import { RequireScope } from '../../edge/auth/access.decorators';
import { ApiRoute } from '../../edge/docs/api-route.decorator';
import { TURN_ERRORS } from '../../edge/docs/turn-errors';
import { IdempotencyKey, TakesIdempotencyKey } from '../../edge/fields/idempotency-key.decorator';
import { RateLimit } from '../../edge/rates/rate-limit.decorator';
import { OPENAI_DOOR, OPENAI_TAG } from './addresses';
import { CompletionChunk, CompletionResponse } from './completion.response';
import { CompletionRequest, readCompletion } from './completion.request';
import { Completions } from './completions';
import { KeptCompletions } from './kept-completions';
import { keptSaying } from './kept-saying';
import { modelIn } from './model-in';
import { openAiErrors } from './openai-error';

const CONVERSATION = 'X-Conversation-ID';
const QUOTA = {
  description: 'What is left of today; without a limit it is left out',
  schema: { type: 'integer' },
} as const;
const HEADERS = {
  [CONVERSATION]: { description: 'Where it was asked for', schema: { type: 'string', format: 'uuid' } },
  'X-Quota-Requests-Remaining': QUOTA,
  'X-Quota-Tokens-Remaining': QUOTA,
} as const;

@ApiTags(OPENAI_TAG)
@Controller(`${OPENAI_DOOR}/chat/completions`)
export class CompletionsController {
  constructor(
    private readonly completions: Completions,
    private readonly kept: KeptCompletions,
    private readonly catalogue: ModelCatalogue,
  ) {}

  @ApiRoute({
    summary: 'Have a model answer, as OpenAI does',
    description: `For OpenAI's own clients, with a token or API key of ours. What is not described here goes to the model
as it is, and what the model answers comes back as it is: tools and their calls, response_format, seed, logprobs.
Unless X-Conversation-ID says where, the exchange is kept nowhere; it counts as one request and its tokens, and ends when its
client leaves. There is one answer to a request (n).`,
    answers: CompletionResponse,
    streams: { 'text/event-stream': { schema: { $ref: getSchemaPath(CompletionChunk) } } },
    errors: [...TURN_ERRORS, 'too_large', 'unsupported_media'],
    headers: HEADERS,
    errorShape: openAiErrors,
  })
  @RawResponse()
  @RateLimit('send')
  @RequireScope('chat')
  @UseFilters(QuotaOfRefused)
  @ApiExtraModels(CompletionChunk)
  @ApiHeader({
    name: CONVERSATION,
    required: false,
    description: `The id of a conversation, or \`new\`: the last message and its answer are kept in it, as a turn like any other.
It goes on when its client leaves, can be stopped (the id of the answer is \`chatcmpl-\` and that of its message), and the
user's other devices see it. A request that brings a history of its own (any message of a user or an assistant before the
last) is answered by that alone; else the conversation's history is what the model sees. Tools and images are refused here`,
    schema: { type: 'string', example: 'new' },
  })
  @TakesIdempotencyKey()
  @ApiBody({ type: CompletionRequest })
  @Post()
  create(
    @Exchange() exchange: HttpExchange,
    @IdempotencyKey() idempotencyKey: string | undefined,
    @Headers(CONVERSATION) conversation: string | undefined,
    @Body() body: Readonly<Record<string, unknown>> = {},
  ): Promise<CompletionResponse | Streamed> {
    const request = readCompletion(body);
    const { stream = false, temperature, max_completion_tokens, max_tokens, stream_options } = request;
    const model = modelIn(this.catalogue, request.model).id;
    const maxTokens = max_completion_tokens ?? max_tokens;
    const wantsUsage = stream_options?.include_usage === true;
    if (conversation !== undefined) {
      const wishes = { model, stream, wantsUsage, temperature, maxTokens };
      return this.kept.answer(exchange, { ...keptSaying(request, body), ...wishes, conversation, idempotencyKey });
    }
    const command = { model, request: body, stream, maxTokens };
    return stream ? this.completions.stream(exchange, command, wantsUsage) : this.completions.whole(exchange, command);
  }
}
