import { Logger } from '@nestjs/common';
import type { RawData, WebSocket } from 'ws';
import { AppError, errorCatalogue, newId } from '#kernel';
import { requestContext } from '#platform';
import { CallerLeft } from '../../../edge/answer/caller-left';
import type { SessionWatching } from '../../../edge/auth/session-watch';
import { toAppError } from '../../../edge/errors/to-app-error';
import type { Caller } from '../../../edge/sockets/caller';
import { FloodGauge } from '../../../edge/sockets/flood-gauge';
import type { OpenStreams } from '../../../edge/sse/open-streams';
import type { WantedTurn } from '../../../edge/turns/wanted-turns';
import { AnswerFlow } from '../answer-flow';
import type { Asker, Askers } from '../askers';
import type { Question } from '../asking';
import { endMark } from '../end-mark';
import { errorFrame, HOW_TO_ASK, questionIn } from './ask-frame';

/** Bytes. More does not wait for a slow reader; the rest stays where it is, in the log of the turn. */
const FULL = 256 * 1024;
/** For a client that does not answer our goodbye. */
const GOODBYE_MS = 2_000;
const POLICY_VIOLATION = 1008;

const logger = new Logger('Ask socket');

/** One client, who asks one thing at a time: his answers could not be told apart. */
export class AskSocket {
  private readonly flood = new FloodGauge();
  private readonly watching: SessionWatching;
  private isAnswering = false;
  private leaveWith: AppError | undefined;

  constructor(
    private readonly socket: WebSocket,
    private readonly asker: Asker,
    private readonly caller: Caller,
    private readonly askers: Askers,
    private readonly gauge: OpenStreams,
  ) {
    this.watching = askers.watch(asker);
    this.watching.signal.addEventListener('abort', () => {
      const { reason } = this.watching.signal as { reason: unknown };
      if (reason instanceof AppError) this.closeWhenIdle(reason);
    });
    const count = (): void => {
      if (!this.flood.count()) this.close(new AppError('rate_limited'));
    };
    socket.on('ping', count).on('pong', count).on('message', count);
    socket.on('message', (data, isBinary) => void this.hear(data, isBinary));
    // A frame that is too large or no frame at all; the connection then closes.
    socket.on('error', () => undefined);
    socket.once('close', () => this.watching.leave(false));
  }

  /** As soon as nothing is being answered. */
  closeWhenIdle(error: AppError): void {
    this.leaveWith ??= error;
    if (!this.isAnswering) this.close(this.leaveWith);
  }

  close(error: AppError): void {
    this.socket.close(errorCatalogue[error.kind].close ?? POLICY_VIOLATION, error.code);
    setTimeout(() => this.socket.terminate(), GOODBYE_MS).unref();
  }

  private async hear(data: RawData, isBinary: boolean): Promise<void> {
    if (this.leaveWith !== undefined || this.socket.readyState !== this.socket.OPEN) return;
    const question = isBinary ? undefined : questionIn((data as Buffer).toString());
    if (question === undefined) return this.socket.send(HOW_TO_ASK);
    if (this.isAnswering) return this.tell(new AppError('conflict', { reason: 'turn_running' }));
    this.isAnswering = true;
    const { ip } = this.caller;
    const context = { requestId: newId(), userId: this.asker.actor.userId, ip };
    await requestContext.run(context, () => this.answer(question).catch((thrown: unknown) => this.fail(thrown)));
    this.isAnswering = false;
    if (this.leaveWith !== undefined) this.close(this.leaveWith);
  }

  private async answer(question: Question): Promise<void> {
    // It may have expired since.
    const asker = await this.askers.identify(this.asker.bearer, this.caller.ip);
    await this.pour(await this.askers.open(asker, question, this.watching.signal));
  }

  private async pour(held: WantedTurn): Promise<void> {
    const { socket } = this;
    this.gauge.opened('ask_websocket');
    try {
      await new Promise<void>((resolve, reject) => {
        const flow: AnswerFlow = new AnswerFlow(held.turn, {
          get isFull() {
            return socket.bufferedAmount >= FULL;
          },
          write: (piece) => socket.send(piece, () => flow.pour()),
          end: (event) => {
            if (event.type === 'error') return reject(event.error);
            socket.send(endMark(event));
            resolve();
          },
        });
        const leave = (reason: Error): void => {
          flow.close();
          reject(reason);
        };
        this.askers.endWhenShutOut(held, leave);
        socket.once('close', () => leave(new CallerLeft()));
        flow.pour();
      });
    } finally {
      this.gauge.closed('ask_websocket');
    }
  }

  private fail(thrown: unknown): void {
    if (thrown instanceof CallerLeft) return;
    const error = toAppError(thrown);
    if (error.kind === 'internal') logger.error({ msg: 'unexpected failure', err: error.cause });
    this.tell(error);
    if (error.kind === 'unauthenticated') this.leaveWith ??= error;
  }

  private tell(error: AppError): void {
    this.socket.send(errorFrame(error, this.caller.locale));
  }
}
