import type { Metadata } from '@grpc/grpc-js';
import { Injectable, Logger } from '@nestjs/common';
import { AppError, errorCatalogue, newId } from '#kernel';
import { Locales, requestContext } from '#platform';
import { CallerLeft } from '../../../edge/answer/caller-left';
import type { SessionWatching } from '../../../edge/auth/session-watch';
import { presentError } from '../../../edge/errors/error-body';
import { toAppError } from '../../../edge/errors/to-app-error';
import { refuseOddKey } from '../../../edge/fields/idempotency-key.decorator';
import { OpenStreams } from '../../../edge/sse/open-streams';
import type { WantedTurn } from '../../../edge/turns/wanted-turns';
import { AnswerFlow } from '../answer-flow';
import { type Asker, Askers } from '../askers';
import { endMark } from '../end-mark';
import { addressIn, type AskCall, bearerIn, textIn } from './ask-call';
import { MALFORMED } from './ask-request';

const IDEMPOTENCY_KEY = 'idempotency-key';

/** The calls of `Ask`. */
@Injectable()
export class AskCalls {
  private readonly logger = new Logger('gRPC');
  private readonly running = new Set<Promise<void>>();

  constructor(
    private readonly askers: Askers,
    private readonly streams: OpenStreams,
    private readonly locales: Locales,
  ) {}

  /** `trailers`: empty; a failure is told there as well, for programs. */
  serve(call: AskCall, trailers: Metadata): void {
    const context = { requestId: newId(), ip: addressIn(call) };
    const served = requestContext.run(context, () =>
      this.answer(call).catch((thrown: unknown) => this.fail(call, thrown, trailers)),
    );
    this.running.add(served);
    void served.then(() => this.running.delete(served));
  }

  /** Resolves when those that run now have ended. */
  async ended(): Promise<void> {
    await Promise.all(this.running);
  }

  private async answer(call: AskCall): Promise<void> {
    const asker = await this.askers.identify(bearerIn(call), addressIn(call));
    const log = requestContext.current();
    if (log) log.userId = asker.actor.userId;
    const watching = this.askers.watch(asker);
    // Also where its deadline is over.
    call.on('cancelled', () => watching.leave(false));
    if (call.cancelled) watching.leave(false);
    try {
      await this.pour(call, await this.open(call, asker, watching), watching);
    } finally {
      watching.leave(true);
    }
  }

  private open(call: AskCall, asker: Asker, { signal }: SessionWatching): Promise<WantedTurn> {
    if (call.request === MALFORMED) throw new AppError('malformed');
    const { prompt, conversation_id: conversation, parent_id: parent } = call.request;
    const idempotencyKey = textIn(call, IDEMPOTENCY_KEY);
    if (idempotencyKey !== undefined) refuseOddKey(idempotencyKey, IDEMPOTENCY_KEY);
    return this.askers.open(asker, { prompt, conversation, parent, idempotencyKey }, signal);
  }

  private async pour(call: AskCall, held: WantedTurn, { signal }: SessionWatching): Promise<void> {
    this.streams.opened('grpc');
    let isFull = false;
    try {
      await new Promise<void>((resolve, reject) => {
        const flow = new AnswerFlow(held.turn, {
          get isFull() {
            return isFull;
          },
          paces: true,
          write: (response) => {
            isFull = !call.write({ response });
          },
          end: (event) => {
            if (event.type === 'error') return reject(event.error);
            call.write({ response: endMark(event) });
            resolve();
          },
        });
        call.on('drain', () => {
          isFull = false;
          flow.pour();
        });
        const leave = (reason: Error): void => {
          flow.close();
          reject(reason);
        };
        this.askers.endWhenShutOut(held, leave);
        signal.addEventListener('abort', () => {
          if (signal.reason instanceof CallerLeft) leave(signal.reason);
        });
        flow.pour();
      });
      call.end();
    } finally {
      this.streams.closed('grpc');
    }
  }

  private fail(call: AskCall, thrown: unknown, trailers: Metadata): void {
    if (thrown instanceof CallerLeft || call.cancelled) return;
    const error = toAppError(thrown);
    if (error.kind === 'internal') this.logger.error({ msg: 'unexpected failure', err: error.cause });
    call.emit('error', this.statusOf(call, error, trailers));
  }

  private statusOf(call: AskCall, error: AppError, metadata: Metadata): Error {
    const {
      code,
      message,
      details: { field, issue } = {},
    } = presentError(error, this.locales.pick(textIn(call, 'accept-language')));
    metadata.set('error-code', code);
    if (error.retryAfter !== undefined) metadata.set('retry-after', String(error.retryAfter));
    const words = typeof field === 'string' ? `${field}: ${String(issue)}` : message;
    return Object.assign(new Error(words), { code: errorCatalogue[error.kind].grpc, details: words, metadata });
  }
}
