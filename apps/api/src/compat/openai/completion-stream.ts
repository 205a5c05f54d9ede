import type { ServerResponse } from 'node:http';
import type { Exchange, ExchangeEnd } from '#chat';
import type { AppError } from '#kernel';
import type { Locale } from '#platform';
import { BodyPieces } from '../../edge/sse/body-pieces';
import { HEARTBEAT, HEARTBEAT_MS, sseHeaders } from '../../edge/sse/sse-stream';
import { DONE, errorEvent, eventOf } from './completion-events';

/** An answer on its way to one client: what he has not taken is not read from the upstream. */
export class CompletionStream {
  private readonly body: BodyPieces;
  private exchange: Exchange | undefined;
  private isFull = false;
  private readonly heartbeat = setInterval(() => {
    if (!this.isFull) this.write(HEARTBEAT);
  }, HEARTBEAT_MS);

  constructor(private readonly response: ServerResponse) {
    this.body = new BodyPieces(response, () => {
      this.isFull = false;
      this.exchange?.goOn();
    });
    response.once('close', () => clearInterval(this.heartbeat));
    response.statusCode = 200;
    for (const [name, value] of Object.entries(sseHeaders)) response.setHeader(name, value);
    response.flushHeaders();
  }

  relay(exchange: Exchange): Promise<ExchangeEnd> {
    this.exchange = exchange;
    return exchange.pour((events) => this.write(events));
  }

  tell(data: object): void {
    this.write(eventOf(data));
  }

  end(): void {
    this.close(DONE);
  }

  /** Without `[DONE]`: it is not whole. */
  fail(error: AppError, locale: Locale): void {
    this.close(errorEvent(error, locale));
  }

  private write(events: string): boolean {
    this.isFull = !this.body.write(events);
    return !this.isFull;
  }

  private close(last: string): void {
    clearInterval(this.heartbeat);
    this.response.end(last);
  }
}
