import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Identity } from '#auth';
import { AppError, Clock } from '#kernel';
import type { ChatSession } from './chat-session';
import { OpenSockets } from './open-sockets';

/** A part of all each time, so that every socket has its turn once a second. */
const LOOK_EVERY_MS = 250;
const PARTS = 4;

/** Keeps no socket open longer than its credential is good. */
@Injectable()
export class SessionInspector implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(SessionInspector.name);
  private timer: NodeJS.Timeout | undefined;
  private part = 0;

  constructor(
    private readonly identity: Identity,
    private readonly sockets: OpenSockets,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.identity.onSessionsEnded((whose) => {
      for (const session of this.sockets) {
        const { userId, credential } = session.actor;
        if (whose === 'all' || ('userId' in whose ? whose.userId === userId : whose.credentialId === credential.id)) {
          void this.ask(session);
        }
      }
    });
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    const now = this.clock.now();
    this.part = (this.part + 1) % PARTS;
    for (const session of this.sockets) {
      if (parseInt(session.id.slice(-1), 16) % PARTS !== this.part) continue;
      session.lookAt(now);
      // Other replicas say what they ended, unless Redis is away or there is none.
      void this.ask(session);
    }
  }

  private async ask(session: ChatSession): Promise<void> {
    const { bearer } = session;
    try {
      await this.identity.grantOf(bearer);
    } catch (error) {
      // It may have been replaced meanwhile; and whoever cannot be asked has refused nobody.
      if (session.bearer !== bearer) return;
      if (error instanceof AppError && error.kind === 'unauthenticated') await session.shutOut();
      else this.logger.warn({ msg: 'a credential could not be asked about', err: error });
    }
  }
}
