import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { Turn } from '#chat';
import { type Actor, AppError, newId } from '#kernel';
import { requestContext } from '#platform';
import { type ErrorView, presentError } from '../../edge/errors/error-body';
import { toAppError } from '../../edge/errors/to-app-error';
import type { OpenStreams } from '../../edge/sse/open-streams';
import type { Caller } from '../../edge/sockets/caller';
import type { Guest } from '../../edge/sockets/guest';
import { CLIENT_ID_LENGTH } from '../events/client-event.request';
import type { ServerEvent } from '../events/server-event.response';
import { called } from '../events/turn-event.frame';
import { FloodGauge } from '../../edge/sockets/flood-gauge';
import { TurnStreams } from './turn-streams';
import type { Wire } from './wire';

export interface ClientEvent {
  readonly type: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

export type Acknowledgement =
  { readonly success: true; readonly data: object } | { readonly success: false; readonly error: ErrorView };

/** What clients may ask for. */
export interface Verbs {
  /** Acknowledges before anything that follows from it is sent. */
  perform(session: ChatSession, event: ClientEvent, acknowledge: (data: object) => void): Promise<void>;
  stopTurn(actor: Actor, messageId: string): Promise<void>;
}

/** Whoever reads nothing while so much is waiting for him is let go; he can resume. */
const TOO_FAR_BEHIND = 1024 * 1024;
const WARNED_BEFORE_MS = 60_000;
const STOPPING_LIMIT_MS = 2_000;

const logger = new Logger('ChatSession');

/** One client on one connection, the same over every protocol. */
export class ChatSession {
  readonly id = newId();
  private readonly streams: TurnStreams;
  private readonly flood = new FloodGauge();
  private state: 'open' | 'shutting out' | 'closed' = 'open';
  private running = 0;
  private isWarned = false;
  private leaveWith: AppError | undefined;
  /** Only of those who wait for something: most are quiet. */
  private leaving: AbortController | undefined;

  constructor(
    readonly wire: Wire,
    readonly caller: Caller,
    private guest: Guest,
    private readonly verbs: Verbs,
    gauge: OpenStreams,
  ) {
    this.streams = new TurnStreams(wire, gauge, () => this.leaveIfIdle());
  }

  get actor(): Actor {
    return this.guest.actor;
  }

  get bearer(): string {
    return this.guest.bearer;
  }

  /** Aborts when the connection is gone. */
  get gone(): AbortSignal {
    return this.state === 'closed' ? AbortSignal.abort() : (this.leaving ??= new AbortController()).signal;
  }

  /** Of whatever the client sends, be it understood or not; a flood ends the connection. */
  countFrame(): void {
    if (!this.flood.count()) this.close(new AppError('rate_limited'));
  }

  /** `read` may throw. What goes wrong is told as an event, and to whoever wants an acknowledgement. */
  async hear(read: () => ClientEvent, acknowledge: (answer: Acknowledgement) => void): Promise<void> {
    if (this.state !== 'open') return;
    let clientId: string | undefined;
    this.running += 1;
    try {
      const event = read();
      clientId = clientIdIn(event.payload);
      await requestContext.run(this.context(), () =>
        this.verbs.perform(this, event, (data) => acknowledge({ success: true, data })),
      );
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.kind === 'internal') logger.error({ msg: 'unexpected failure', err: error.cause });
      const view = presentError(error, this.caller.locale);
      acknowledge({ success: false, error: view });
      this.tell({ type: 'error', data: { error: view, ...called(clientId) } });
    }
    this.running -= 1;
    this.leaveIfIdle();
  }

  tell(event: ServerEvent): void {
    if (this.state === 'closed') return;
    if (this.wire.backlog > TOO_FAR_BEHIND) this.close(new AppError('rate_limited'));
    else this.wire.send(event);
  }

  /** `isOwn`: the answer is written at the wish of this connection. */
  follow(turn: Turn, how: { offset: number; clientId?: string | undefined; isOwn: boolean }): void {
    const options = { locale: this.caller.locale, clientId: how.clientId, offset: how.offset, isOwn: how.isOwn };
    if (this.state === 'open') return this.streams.open(turn, options);
    // It ended while the turn was being opened.
    turn.read(0).close();
    if (this.state === 'shutting out' && how.isOwn) void this.stop(turn.messageId);
  }

  /** Tells how an answer ended to whoever does not read it. */
  followEnd(turn: Turn): void {
    if (this.state !== 'open' || this.streams.has(turn.messageId)) return;
    const offset = Number.MAX_SAFE_INTEGER;
    this.streams.read(turn, { locale: this.caller.locale, clientId: undefined, offset, isOwn: false });
  }

  /** From now on with another credential of the same user. */
  renew(guest: Guest): void {
    this.guest = guest;
    this.isWarned = false;
  }

  /** Warns of the end of the credential, and ends with it. */
  lookAt(now: number): void {
    const { expiresAt } = this.guest;
    if (expiresAt === null || this.state !== 'open') return;
    if (now >= expiresAt) return this.close(new AppError('unauthenticated'));
    if (this.isWarned || now < expiresAt - WARNED_BEFORE_MS) return;
    this.isWarned = true;
    this.tell({ type: 'session_expiring', data: { expires_at: new Date(expiresAt).toISOString() } });
  }

  /** The session has ended: so do the answers that it asked for, and what came of them is told. */
  async shutOut(): Promise<void> {
    if (this.state !== 'open') return;
    this.state = 'shutting out';
    const stopping = this.streams.own().map((messageId) => this.stop(messageId));
    if (stopping.length > 0) await Promise.race([Promise.all(stopping), pause(STOPPING_LIMIT_MS)]);
    this.close(new AppError('unauthenticated'));
  }

  /** As soon as nothing is being done for the client. */
  closeWhenIdle(error: AppError): void {
    this.leaveWith = error;
    this.leaveIfIdle();
  }

  /** What was begun here goes on without it. */
  close(error: AppError): void {
    if (this.state === 'closed') return;
    this.left();
    this.wire.close(error);
  }

  /** The connection is gone. */
  left(): void {
    this.state = 'closed';
    this.leaving?.abort();
    this.streams.close();
  }

  private leaveIfIdle(): void {
    if (this.leaveWith !== undefined && this.running === 0 && this.streams.size === 0) this.close(this.leaveWith);
  }

  private async stop(messageId: string): Promise<void> {
    try {
      await this.verbs.stopTurn(this.actor, messageId);
    } catch (err) {
      logger.error({ msg: 'a turn could not be stopped whose session has ended', message_id: messageId, err });
    }
  }

  private context() {
    const { ip, userAgent } = this.caller;
    const { userId } = this.actor;
    return { requestId: newId(), socketId: this.id, userId, ip, ...(userAgent !== undefined && { userAgent }) };
  }
}

function clientIdIn({ client_id: clientId }: ClientEvent['payload']): string | undefined {
  return typeof clientId === 'string' && clientId.length <= CLIENT_ID_LENGTH ? clientId : undefined;
}
