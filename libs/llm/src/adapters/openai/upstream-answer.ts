import type { IncomingMessage } from 'node:http';
import type { ModelAnswer, RelayedAnswer, RelayOutcome } from '../../language-model';
import type { Model } from '../../model';
import { Deferred } from '../deferred';
import type { AnswerReader } from './answer-reader';
import { UpstreamFailure } from './upstream-failure';
import type { Sent } from './upstream-network';

export interface TimeLimits {
  /** Without a byte from the upstream. */
  readonly silenceMs: number;
  readonly totalMs: number;
}

/** What is left of a body whose answer is whole gets this long, so that its connection can serve again. */
const LAST_BYTES_MS = 1_000;
/** In UTF-16 units. No model says as much, whatever a server that pretends to be one does. */
const LONGEST_ANSWER = 16 * 1024 * 1024;

const NOTHING = { promptTokens: 0, completionTokens: 0 };

/** One try to be answered: from the request to the last byte, ended by itself, by a time limit or a signal. */
export class UpstreamAnswer implements ModelAnswer, RelayedAnswer {
  private readonly ended = new Deferred<RelayOutcome>();
  private readonly begun = new Deferred<void>();
  readonly outcome = this.ended.promise;
  private sent: Sent | undefined;
  private reader: AnswerReader;
  private body: IncomingMessage | undefined;
  private isPaused = false;
  /** What came before anybody took it. */
  private early = '';
  private untaken: { readonly error: unknown } | undefined;
  private take = (piece: string): unknown => (this.early += piece);
  private isAsked = false;
  private length = 0;
  private isOver = false;
  private hasBodyEnded = false;
  private failure: UpstreamFailure | undefined;
  private heardAt = performance.now();
  private silence: NodeJS.Timeout;
  private readonly total: NodeJS.Timeout;
  private readonly stop = (): void => this.end('stopped');
  /** It looks when it was heard last: to set the timer anew with each piece would cost more than to look then. */
  private readonly growSilent = (): void => {
    // Nothing is heard of an upstream that is not listened to.
    const silentMs = this.isPaused ? 0 : performance.now() - this.heardAt;
    if (silentMs >= this.limits.silenceMs) this.runOut();
    else this.silence = setTimeout(this.growSilent, this.limits.silenceMs - silentMs);
  };
  private readonly runOut = (): void => this.breakOff(new UpstreamFailure('timeout'));

  constructor(
    readonly model: Model,
    private readonly limits: TimeLimits,
    private readonly readerOf: (sendsJson: boolean) => AnswerReader,
    private readonly signal: AbortSignal,
  ) {
    this.reader = readerOf(false);
    this.silence = setTimeout(this.growSilent, limits.silenceMs);
    this.total = setTimeout(this.runOut, limits.totalMs);
    signal.addEventListener('abort', this.stop, { once: true });
    if (signal.aborted) this.stop();
  }

  /** Waits for the first text or the end; answers why there will be no text, if that is so. */
  async begin(
    request: (onSent: (sent: Sent) => void) => Promise<IncomingMessage>,
    failureOf: (error: unknown) => UpstreamFailure,
  ): Promise<UpstreamFailure | undefined> {
    if (!this.isOver) {
      this.isAsked = true;
      void request((sent) => this.hold(sent)).then(
        (body) => this.listenTo(body),
        (error: unknown) => this.end('failed', failureOf(error)),
      );
    }
    await this.begun.promise;
    return this.hasText ? undefined : this.failure;
  }

  get hasText(): boolean {
    return this.length > 0;
  }

  async pour(take: (piece: string) => unknown): Promise<RelayOutcome> {
    this.take = (piece) => {
      try {
        if (take(piece) === false) this.pause();
      } catch (error) {
        this.untaken = { error };
        this.stop();
      }
    };
    if (this.early !== '') this.take(this.early);
    const outcome = await this.outcome;
    if (this.untaken !== undefined) throw this.untaken.error;
    return outcome;
  }

  goOn(): void {
    if (!this.isPaused) return;
    this.isPaused = false;
    this.heardAt = performance.now();
    this.body?.resume();
  }

  private pause(): void {
    this.isPaused = true;
    this.body?.pause();
  }

  /** Nobody waits for a call that was ended before it went. */
  private hold(sent: Sent): void {
    this.sent = sent;
    if (this.isOver) sent.destroy();
  }

  private listenTo(body: IncomingMessage): void {
    this.body = body;
    if (body.headers['content-type']?.startsWith('application/json')) this.reader = this.readerOf(true);
    // An aborted body has its error to tell as well.
    body.on('error', () => this.breakOff());
    body.on('data', (bytes: Buffer) => this.read(bytes));
    body.on('end', () => {
      this.hasBodyEnded = true;
      if (!this.isOver) this.deliver(this.reader.end());
      this.breakOff(this.reader.failure);
    });
  }

  private read(bytes: Buffer): void {
    if (this.isOver || this.reader.isDone) return;
    this.heardAt = performance.now();
    this.deliver(this.reader.read(bytes));
    if (this.reader.failure !== undefined) this.breakOff(this.reader.failure);
    else if (this.length > LONGEST_ANSWER) this.breakOff(new UpstreamFailure('broken_off', { code: 'too_long' }));
    else if (this.reader.isDone) {
      clearTimeout(this.silence);
      this.silence = setTimeout(this.runOut, LAST_BYTES_MS);
    }
  }

  private deliver(text: string): void {
    if (text === '') return;
    const isFirst = !this.hasText;
    this.length += text.length;
    this.take(text);
    // To resolve what is resolved costs more than to read a piece.
    if (isFirst) this.begun.resolve();
  }

  /** Nothing more comes: no harm to an answer that is whole. */
  private breakOff(why?: UpstreamFailure): void {
    if (this.reader.isWhole) return this.end('complete');
    const failure = why ?? new UpstreamFailure('broken_off');
    this.end(failure.reason === 'failing' || !this.hasText ? 'failed' : 'interrupted', failure);
  }

  private end(status: RelayOutcome['status'], failure?: UpstreamFailure): void {
    if (this.isOver) return;
    this.isOver = true;
    this.failure = failure;
    clearTimeout(this.silence);
    clearTimeout(this.total);
    this.signal.removeEventListener('abort', this.stop);
    // After the last byte it would only cost the connection.
    if (!this.hasBodyEnded) this.sent?.destroy();
    const { finishReason, usage, said } = this.reader;
    this.ended.resolve({
      status,
      finishReason,
      said,
      usage: this.isAsked ? usage : NOTHING,
      ...(failure !== undefined && { error: failure.toAppError() }),
    });
    this.begun.resolve();
  }
}
