import { Injectable } from '@nestjs/common';
import type { Turn } from '#chat';
import { type Actor, AppError, Clock, isId } from '#kernel';
import { Locales } from '#platform';
import type { HttpExchange } from '../../edge/answer/exchange.decorator';
import { tellOf } from '../../edge/answer/quota-headers';
import type { Streamed } from '../../edge/answer/streamed';
import { ConversationTurns } from '../../edge/turns/conversation-turns';
import { HttpTurns } from '../../edge/turns/http-turns';
import type { CompletionResponse } from './completion.response';
import { CompletionFrames, presentCompletion } from './kept-completion';
import type { KeptSaying } from './kept-saying';

/** In the place of an id: a conversation that begins with this. */
const NEW = 'new';

export interface KeptCommand extends KeptSaying {
  /** An id, or `new`. */
  readonly conversation: string;
  readonly model: string;
  readonly stream: boolean;
  readonly wantsUsage: boolean;
  readonly temperature: number | undefined;
  readonly maxTokens: number | undefined;
  readonly idempotencyKey: string | undefined;
}

/** Answers that a conversation keeps: turns like all others. */
@Injectable()
export class KeptCompletions {
  constructor(
    private readonly turns: HttpTurns,
    private readonly inConversations: ConversationTurns,
    private readonly clock: Clock,
    private readonly locales: Locales,
  ) {}

  async answer(exchange: HttpExchange, command: KeptCommand): Promise<CompletionResponse | Streamed> {
    const { request, response } = exchange;
    const awaited = await this.turns.open(exchange, (wanted) => this.openTurn(request.user, command, wanted));
    const { turn } = awaited;
    tellOf(turn.quota, response);
    response.setHeader('X-Conversation-ID', turn.conversationId);
    if (!command.stream) {
      const end = await this.turns.endOf(awaited);
      tellOf(end.quota, response);
      return presentCompletion(end);
    }
    const locale = this.locales.pick(request.headers['accept-language']);
    const frames = new CompletionFrames(turn, command.model, this.clock.date(), command.wantsUsage, locale);
    return this.turns.stream(exchange, awaited, {
      reader: turn.read(0),
      head: frames.head,
      frameOf: (event) => frames.frameOf(event),
    });
  }

  private openTurn(actor: Actor, command: KeptCommand, wanted: AbortSignal): Promise<Turn> {
    const { conversation, model, content, systemMessage, context, extras } = command;
    const { temperature, maxTokens, idempotencyKey } = command;
    const said = { content, model, temperature, maxTokens, idempotencyKey, context, extras, mayBeCached: false };
    if (conversation === NEW) return this.inConversations.begin(actor, { model, systemMessage }, said, wanted);
    if (!isId(conversation)) throw new AppError('not_found');
    return this.inConversations.openIn(actor, conversation.toLowerCase(), { ...said, systemMessage }, wanted);
  }
}
