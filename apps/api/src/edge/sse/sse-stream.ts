import type { ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import type { TurnEvent, TurnReader } from '#chat';
import type { AppError } from '#kernel';
import { BodyPieces } from './body-pieces';
import { OpenStreams } from './open-streams';

export const HEARTBEAT_MS = 15_000;
export const HEARTBEAT = ':\n\n';

export const sseHeaders = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-cache, no-transform',
  'X-Accel-Buffering': 'no',
} as const;

/** An answer as one client is to get it. */
export interface SseSource {
  readonly reader: TurnReader;
  /** What goes before the first event. */
  readonly head: string;
  /** False: its protocol has no word for nothing. */
  readonly beats?: false;
  frameOf(event: TurnEvent): string;
}

/** An answer on its way to one client, as fast as he takes it: what he has not taken waits in the log. */
export class SseStream {
  private readonly body: BodyPieces;
  private isFull = false;
  private readonly heartbeat = setInterval(() => {
    if (!this.isFull && this.source.beats !== false) this.write(HEARTBEAT);
  }, HEARTBEAT_MS);

  constructor(
    private readonly response: ServerResponse,
    private readonly source: SseSource,
  ) {
    const { reader, head } = source;
    this.body = new BodyPieces(response, () => {
      this.isFull = false;
      this.pour();
    });
    response.once('close', () => {
      clearInterval(this.heartbeat);
      reader.close();
    });
    reader.onMore = () => this.pour();
    if (head !== '') this.write(head);
    else response.flushHeaders();
    this.pour();
  }

  /** Ends it before its turn ends. */
  fail(error: AppError): void {
    if (this.response.writableEnded || this.response.destroyed) return;
    this.source.reader.close();
    this.end({ type: 'error', error });
  }

  /** Without any event: who asks with HEAD has all that he wants. */
  endWithHeaders(): void {
    this.source.reader.close();
    this.response.end();
  }

  private pour(): void {
    while (!this.isFull) {
      const event = this.source.reader.take();
      if (event === undefined) return;
      if (event.type !== 'content') return this.end(event);
      this.write(this.source.frameOf(event));
    }
  }

  private write(text: string): void {
    this.isFull = !this.body.write(text);
  }

  private end(event: TurnEvent): void {
    clearInterval(this.heartbeat);
    this.response.end(this.source.frameOf(event));
  }
}

@Injectable()
export class SseStreams {
  private readonly streams = new Set<SseStream>();

  constructor(private readonly gauge: OpenStreams) {}

  /** Begins the answer; whatever other headers it needs are set. */
  open(response: ServerResponse, source: SseSource): SseStream {
    response.statusCode = 200;
    for (const [name, value] of Object.entries(sseHeaders)) response.setHeader(name, value);
    const stream = new SseStream(response, source);
    this.streams.add(stream);
    this.gauge.opened('sse');
    response.once('close', () => {
      this.streams.delete(stream);
      this.gauge.closed('sse');
    });
    return stream;
  }

  /** Of all that are open; answers that are written here have ended before. */
  cutOff(error: AppError): void {
    for (const stream of this.streams) stream.fail(error);
  }
}
