import { Injectable } from '@nestjs/common';
import { ChatService, type Turn, type TurnCommand } from '#chat';
import { type Actor, AppError } from '#kernel';
import { type Message, Messages } from '#messages';
import { Locales } from '#platform';
import type { HttpExchange } from '../../edge/answer/exchange.decorator';
import { tellOf } from '../../edge/answer/quota-headers';
import type { Streamed } from '../../edge/answer/streamed';
import { presentSent, type SentResponse } from '../../edge/presenters/turn.response';
import { startFrame, turnFrame } from '../../edge/sse/turn-event.sse';
import { HttpTurns } from '../../edge/turns/http-turns';
import type { WantedTurn } from '../../edge/turns/wanted-turns';

/** Answers by turns: whole, or as they are written. */
@Injectable()
export class TurnAnswers {
  constructor(
    private readonly chat: ChatService,
    private readonly messages: Messages,
    private readonly turns: HttpTurns,
    private readonly locales: Locales,
  ) {}

  async whole(exchange: HttpExchange, command: TurnCommand): Promise<SentResponse> {
    const { request, response } = exchange;
    const awaited = await this.open(exchange, command);
    const { turn } = awaited;
    tellOf(turn.quota, response);
    if (turn.cache !== undefined) response.setHeader('X-Cache', turn.cache.toUpperCase());
    const end = await this.turns.endOf(awaited);
    tellOf(end.quota, response);
    return presentSent(await this.userMessageOf(request.user, turn), end);
  }

  async stream(exchange: HttpExchange, command: TurnCommand): Promise<Streamed> {
    return this.pour(exchange, await this.open(exchange, command), 0);
  }

  /** From where the client has lost it. */
  async attach(exchange: HttpExchange, messageId: string, offset: number): Promise<Streamed> {
    const { user } = exchange.request;
    return this.pour(exchange, await this.turns.open(exchange, () => this.chat.followTurn(user, messageId)), offset);
  }

  private open(exchange: HttpExchange, command: TurnCommand): Promise<WantedTurn> {
    return this.turns.open(exchange, (wanted) => this.chat.openTurn(exchange.request.user, command, wanted));
  }

  private pour(exchange: HttpExchange, awaited: WantedTurn, offset: number): Streamed {
    const { request, response } = exchange;
    const { turn } = awaited;
    const locale = this.locales.pick(request.headers['accept-language']);
    tellOf(turn.quota, response);
    return this.turns.stream(exchange, awaited, {
      reader: turn.read(offset),
      head: startFrame(turn, offset),
      frameOf: (event) => turnFrame(event, locale),
    });
  }

  private async userMessageOf(actor: Actor, { userMessage, userMessageId }: Turn): Promise<Message | null> {
    if (userMessage !== null || userMessageId === null) return userMessage;
    try {
      return await this.messages.find(actor, userMessageId);
    } catch (error) {
      if (error instanceof AppError && error.kind === 'not_found') return null;
      throw error;
    }
  }
}
