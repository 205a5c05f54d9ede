import { Injectable, Logger } from '@nestjs/common';
import { ChatService, collectTurn, type Turn, type TurnCommand } from '#chat';
import { type Actor, AppError } from '#kernel';
import { type Message, Messages } from '#messages';
import { Locales } from '#platform';
import type { HttpExchange } from '../../edge/answer/exchange.decorator';
import { STREAMED, type Streamed } from '../../edge/answer/streamed';
import { SessionWatch } from '../../edge/auth/session-watch';
import { presentSent, type SentResponse } from '../../edge/presenters/turn.response';
import { type SseStream, SseStreams } from '../../edge/sse/sse-stream';
import { startFrame, turnFrame } from '../../edge/sse/turn-event.sse';
import { tellOf } from './quota-headers';

/** Answers by turns: whole, or as they are written. */
@Injectable()
export class TurnAnswers {
  private readonly logger = new Logger(TurnAnswers.name);

  constructor(
    private readonly chat: ChatService,
    private readonly messages: Messages,
    private readonly sessions: SessionWatch,
    private readonly streams: SseStreams,
    private readonly locales: Locales,
  ) {}

  async whole({ request, response }: HttpExchange, command: TurnCommand): Promise<SentResponse> {
    const actor = request.user;
    const wanted = this.sessions.over(request, response);
    const turn = await this.open(actor, command, wanted);
    tellOf(turn.quota, response);
    if (turn.cache !== undefined) response.setHeader('X-Cache', turn.cache.toUpperCase());
    try {
      const end = await collectTurn(turn, wanted);
      tellOf(end.quota, response);
      return presentSent(await this.userMessageOf(actor, turn), end);
    } catch (error) {
      if (isShutOut(wanted) && turn.isNew) await this.stop(actor, turn);
      throw error;
    }
  }

  async stream(exchange: HttpExchange, command: TurnCommand): Promise<Streamed> {
    const { request, response } = exchange;
    const wanted = this.sessions.over(request, response);
    const turn = await this.open(request.user, command, wanted);
    const stream = this.pour(exchange, turn, 0);
    whenShutOut(wanted, async (error) => {
      const isStopped = turn.isNew && (await this.stop(request.user, turn));
      if (!isStopped) stream.fail(error);
    });
    return STREAMED;
  }

  /** From where the client has lost it. */
  async attach(exchange: HttpExchange, messageId: string, offset: number): Promise<Streamed> {
    const { request, response } = exchange;
    const wanted = this.sessions.over(request, response);
    const turn = await this.chat.followTurn(request.user, messageId);
    wanted.throwIfAborted();
    const stream = this.pour(exchange, turn, offset);
    if (request.method === 'HEAD') stream.endWithHeaders();
    whenShutOut(wanted, (error) => stream.fail(error));
    return STREAMED;
  }

  /** Throws, and leaves the turn to what becomes of those that nobody reads, where nobody waits for it any more. */
  private async open(actor: Actor, command: TurnCommand, wanted: AbortSignal): Promise<Turn> {
    const turn = await this.chat.openTurn(actor, command, wanted);
    if (!wanted.aborted) return turn;
    turn.read(0).close();
    if (isShutOut(wanted) && turn.isNew) await this.stop(actor, turn);
    throw wanted.reason;
  }

  private pour({ request, response }: HttpExchange, turn: Turn, offset: number): SseStream {
    const locale = this.locales.pick(request.headers['accept-language']);
    tellOf(turn.quota, response);
    response.setHeader('X-Conversation-ID', turn.conversationId);
    return this.streams.open(response, {
      reader: turn.read(offset),
      head: startFrame(turn, offset),
      frameOf: (event) => turnFrame(event, locale),
    });
  }

  /** False: it cannot be, or went with its account. */
  private async stop(actor: Actor, { messageId }: Turn): Promise<boolean> {
    try {
      await this.chat.stopTurn(actor, messageId);
      return true;
    } catch (err) {
      this.logger.warn({ msg: 'a turn whose session has ended was not stopped', message_id: messageId, err });
      return false;
    }
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

function isShutOut({ aborted, reason }: AbortSignal): boolean {
  return aborted && reason instanceof AppError;
}

function whenShutOut(wanted: AbortSignal, act: (error: AppError) => void | Promise<void>): void {
  wanted.addEventListener('abort', () => {
    if (wanted.reason instanceof AppError) void act(wanted.reason);
  });
}
