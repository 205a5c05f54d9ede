import { Injectable } from '@nestjs/common';
import { collectTurn, type Turn, type TurnEnd } from '#chat';
import type { HttpExchange } from '../answer/exchange.decorator';
import { STREAMED, type Streamed } from '../answer/streamed';
import { SessionWatch } from '../auth/session-watch';
import { type SseSource, SseStreams } from '../sse/sse-stream';
import { type WantedTurn, WantedTurns } from './wanted-turns';

/** Turns that are answered over HTTP, whole or as they are written, whatever the shape of the answer. */
@Injectable()
export class HttpTurns {
  constructor(
    private readonly turns: WantedTurns,
    private readonly sessions: SessionWatch,
    private readonly streams: SseStreams,
  ) {}

  open({ request, response }: HttpExchange, open: (wanted: AbortSignal) => Promise<Turn>): Promise<WantedTurn> {
    return this.turns.open(request.user, this.sessions.over(request, response), open);
  }

  /** Waits for the end; throws what ended it badly. */
  async endOf(held: WantedTurn): Promise<TurnEnd> {
    try {
      return await collectTurn(held.turn, held.wanted);
    } catch (error) {
      await this.turns.stopOfShutOut(held);
      throw error;
    }
  }

  /** Whatever other headers the answer needs are set. */
  stream({ request, response }: HttpExchange, held: WantedTurn, source: SseSource): Streamed {
    response.setHeader('X-Conversation-ID', held.turn.conversationId);
    const stream = this.streams.open(response, source);
    if (request.method === 'HEAD') stream.endWithHeaders();
    this.turns.endWhenShutOut(held, (error) => stream.fail(error));
    return STREAMED;
  }
}
