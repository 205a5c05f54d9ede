import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { type Exchange, type ExchangeCommand, type ExchangeEnd, Exchanges } from '#chat';
import { AppError } from '#kernel';
import { type Locale, Locales } from '#platform';
import type { HttpExchange } from '../../edge/answer/exchange.decorator';
import { tellOf } from '../../edge/answer/quota-headers';
import { STREAMED, type Streamed } from '../../edge/answer/streamed';
import { SessionWatch } from '../../edge/auth/session-watch';
import { toAppError } from '../../edge/errors/to-app-error';
import { presentUsage } from '../../edge/presenters/turn.response';
import { OpenStreams } from '../../edge/sse/open-streams';
import type { CompletionChunk } from './completion.response';
import { CompletionStream } from './completion-stream';

/** How long a stream waits to have a status of its own; then it begins, and what goes wrong is an event of it. */
const PATIENCE_MS = 5_000;

/** Answers that no conversation keeps. */
@Injectable()
export class Completions {
  constructor(
    private readonly exchanges: Exchanges,
    private readonly sessions: SessionWatch,
    private readonly streams: OpenStreams,
    private readonly locales: Locales,
  ) {}

  async whole({ request, response }: HttpExchange, command: ExchangeCommand): Promise<Streamed> {
    const wanted = this.sessions.over(request, response);
    const exchange = await this.exchanges.open(request.user, command, wanted);
    let json = '';
    const { error, quota } = await exchange.pour((piece) => {
      json += piece;
      return true;
    });
    wanted.throwIfAborted();
    if (error !== undefined) throw error;
    tellOf(quota ?? exchange.quota, response);
    response.status(200).type('json').send(json);
    return STREAMED;
  }

  async stream({ request, response }: HttpExchange, command: ExchangeCommand, wantsUsage: boolean): Promise<Streamed> {
    const wanted = this.sessions.over(request, response);
    const opening = this.exchanges.open(request.user, command, wanted);
    const begun = await Promise.race([opening, pause(PATIENCE_MS, undefined, { ref: false })]);
    if (begun !== undefined) tellOf(begun.quota, response);
    this.streams.opened('openai');
    response.once('close', () => this.streams.closed('openai'));
    const stream = new CompletionStream(response);
    const locale = this.locales.pick(request.headers['accept-language']);
    void this.pour(stream, opening, wantsUsage).then(
      (error) => this.finish(stream, wanted.aborted ? wanted.reason : error, locale),
      (error: unknown) => this.finish(stream, error, locale),
    );
    return STREAMED;
  }

  /** Answers why it is not whole. */
  private async pour(
    stream: CompletionStream,
    opening: Promise<Exchange>,
    wantsUsage: boolean,
  ): Promise<AppError | undefined> {
    const exchange = await opening;
    const end = await stream.relay(exchange);
    if (end.error === undefined && wantsUsage && !end.isUsageTold) stream.tell(usageChunk(exchange, end));
    return end.error;
  }

  private finish(stream: CompletionStream, error: unknown, locale: Locale): void {
    if (error === undefined) stream.end();
    else stream.fail(toAppError(error), locale);
  }
}

/** For an upstream that does not know how to tell it. */
function usageChunk({ id, model }: Exchange, { usage }: ExchangeEnd): CompletionChunk {
  return {
    id: `chatcmpl-${id}`,
    object: 'chat.completion.chunk',
    created: Math.floor(Date.now() / 1000),
    model,
    choices: [],
    usage: presentUsage(usage),
  };
}
