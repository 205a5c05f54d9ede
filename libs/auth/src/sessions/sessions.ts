import { Injectable } from '@nestjs/common';
import { type Actor, AppError, Clock } from '#kernel';
import { Db } from '#platform';
import { Users } from '#users';
import { partyOf } from '../identity/party-of';
import type { Session } from './session';
import { SessionEndings } from './session-endings';
import { SessionsRepository } from './sessions.repository';

@Injectable()
export class Sessions {
  constructor(
    private readonly db: Db,
    private readonly users: Users,
    private readonly repository: SessionsRepository,
    private readonly endings: SessionEndings,
    private readonly clock: Clock,
  ) {}

  list(actor: Actor): Promise<readonly Session[]> {
    return this.repository.liveOf(this.db, actor.userId, this.clock.date());
  }

  async revoke(actor: Actor, id: string): Promise<void> {
    const session = { id: id.toLowerCase(), userId: actor.userId };
    const ended = await this.endings.end(session, {
      action: 'auth.session_revoked',
      actor: partyOf(actor),
      target: { type: 'session', id: session.id },
    });
    if (!ended) throw new AppError('not_found');
  }

  /** For admins. */
  async listOf(userId: string): Promise<readonly Session[]> {
    const { id } = await this.user(userId);
    return this.repository.liveOf(this.db, id, this.clock.date());
  }

  /** For admins. */
  async endAllOf(actor: Actor, userId: string): Promise<void> {
    const { id } = await this.user(userId);
    await this.endings.endAllOf(id, {
      action: 'user.sessions_ended',
      actor: partyOf(actor),
      target: { type: 'user', id },
    });
  }

  private async user(id: string): Promise<{ readonly id: string }> {
    const user = await this.users.find(this.db, id.toLowerCase());
    if (user === null) throw new AppError('not_found');
    return user;
  }
}
