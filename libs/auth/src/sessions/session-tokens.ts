import { Injectable } from '@nestjs/common';
import { AppError, Clock, newId } from '#kernel';
import { Db, requestContext, type Tx } from '#platform';
import type { Credentials } from '#users';
import { type TokenPair, Tokens } from '../tokens/tokens';
import { SessionEndings, type SessionKey } from './session-endings';
import type { SessionEntity } from './session.entity';
import { SessionsRepository } from './sessions.repository';

export interface OpenedSession {
  readonly id: string;
  readonly tokens: TokenPair;
}

/** Two tabs may refresh at once, and an answer may get lost on its way. */
const GRACE_MS = 10_000;

/** Opens sessions, and keeps each going by one refresh token after another. */
@Injectable()
export class SessionTokens {
  constructor(
    private readonly db: Db,
    private readonly repository: SessionsRepository,
    private readonly endings: SessionEndings,
    private readonly tokens: Tokens,
    private readonly clock: Clock,
  ) {}

  /** Throws `unauthenticated` unless the password is still the one that was checked. */
  async open(tx: Tx, { user, passwordHash }: Credentials): Promise<OpenedSession> {
    const at = this.clock.date();
    const { ip, userAgent } = requestContext.current() ?? {};
    const session = {
      id: newId(at.getTime()),
      userId: user.id,
      refreshId: newId(at.getTime()),
      expiresAt: this.tokens.refreshExpiry(),
    };
    const isOpen = await this.repository.open(tx, {
      ...session,
      passwordHash,
      userAgent: userAgent?.slice(0, 300).toWellFormed() ?? null,
      ip: ip?.slice(0, 64) ?? null,
      at,
    });
    if (!isOpen) throw new AppError('unauthenticated');
    return { id: session.id, tokens: this.tokens.pairOf({ ...session, rotatedAt: null, createdAt: at }) };
  }

  async refresh(refreshToken: string): Promise<TokenPair> {
    const { sid: id, sub, jti: from } = this.tokens.verify('refresh', refreshToken);
    const at = this.clock.date();
    const rotation = { id, from, to: newId(at.getTime()), at, expiresAt: this.tokens.refreshExpiry() };
    const rotated = await this.repository.rotate(this.db, rotation);
    const session = await this.repository.findOfActiveUser(this.db, id);
    if (session === null || session.userId !== sub) throw new AppError('unauthenticated');
    // Whoever rotated it, here or elsewhere, just now: the row tells the one successor.
    if (session.previousRefreshId === from && isRecent(session.rotatedAt, at)) return this.tokens.pairOf(session);
    if (!rotated) await this.endReused(session);
    throw new AppError('unauthenticated');
  }

  /** Also of one that has expired. */
  ofAccessToken(accessToken: string): SessionKey {
    const { sid, sub } = this.tokens.verifyExpired('access', accessToken);
    return { id: sid, userId: sub };
  }

  /** One of the two who hold the token stole it, and nobody knows which. */
  private async endReused(session: SessionEntity): Promise<void> {
    await this.endings.end(session, {
      action: 'auth.refresh_reused',
      target: { type: 'user', id: session.userId },
      details: { session_id: session.id },
    });
  }
}

function isRecent(rotatedAt: Date | null, now: Date): boolean {
  return rotatedAt !== null && now.getTime() - rotatedAt.getTime() <= GRACE_MS;
}
