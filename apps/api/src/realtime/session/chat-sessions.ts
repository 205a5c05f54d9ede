import { Injectable, Logger } from '@nestjs/common';
import { OpenStreams } from '../../edge/sse/open-streams';
import { ConnectionBook } from '../connections/connection-book';
import type { Caller } from '../../edge/sockets/caller';
import type { Guest } from '../../edge/sockets/guest';
import { SocketMetrics } from '../socket-metrics';
import { ChatSession } from './chat-session';
import { ChatVerbs } from './chat-verbs';
import { OpenSockets } from './open-sockets';
import type { Wire } from './wire';

@Injectable()
export class ChatSessions {
  private readonly logger = new Logger('Socket');

  constructor(
    private readonly verbs: ChatVerbs,
    private readonly sockets: OpenSockets,
    private readonly streams: OpenStreams,
    private readonly metrics: SocketMetrics,
    private readonly book: ConnectionBook,
  ) {}

  /** Whoever opens it says when the connection is gone. */
  open(wire: Wire, caller: Caller, guest: Guest): { readonly session: ChatSession; readonly onGone: () => void } {
    const { transport } = wire;
    const openedAt = performance.now();
    const session = new ChatSession(wire, caller, guest, this.verbs, this.streams);
    this.sockets.add(session);
    this.book.note(session);
    this.metrics.opened(transport);
    const user = { socket_id: session.id, user_id: session.actor.userId, transport };
    this.logger.log({ msg: 'socket opened', ...user });
    const onGone = (): void => {
      session.left();
      this.sockets.remove(session);
      this.book.strike(session);
      this.metrics.closed(transport);
      this.logger.log({ msg: 'socket closed', ...user, duration_ms: Math.round(performance.now() - openedAt) });
    };
    return { session, onGone };
  }
}
