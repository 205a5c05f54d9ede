import { Injectable } from '@nestjs/common';
import { AuditLog } from '#audit';
import { type Actor, AppError } from '#kernel';
import { Transaction } from '#platform';
import type { User } from '#users';
import { partyOf } from '../identity/party-of';
import { SessionEndings } from '../sessions/session-endings';
import { SessionTokens } from '../sessions/session-tokens';
import type { TokenPair } from '../tokens/tokens';
import { type CheckedCredentials, PasswordCheck } from './password-check';

export interface LoginCommand {
  /** Username or email. */
  readonly login: string;
  readonly password: string;
}

export interface SignedIn {
  readonly user: User;
  readonly tokens: TokenPair;
}

@Injectable()
export class SignIn {
  constructor(
    private readonly passwords: PasswordCheck,
    private readonly sessions: SessionTokens,
    private readonly endings: SessionEndings,
    private readonly transaction: Transaction,
    private readonly audit: AuditLog,
  ) {}

  /** Only who knows the password learns that the account exists, and that it is deactivated. */
  async login({ login, password }: LoginCommand): Promise<SignedIn> {
    const checked = await this.passwords.ofLogin(login, password);
    if (checked === null || !checked.matches || !checked.user.isActive) return this.refuse(checked);
    const { user } = checked;
    return this.transaction.run(async (tx) => {
      const { id, tokens } = await this.sessions.open(tx, checked);
      await this.passwords.upgrade(tx, checked);
      await this.audit.record(tx, { action: 'auth.login', actor: user, target: { type: 'session', id } });
      return { user, tokens };
    });
  }

  refresh(refreshToken: string): Promise<TokenPair> {
    return this.sessions.refresh(refreshToken);
  }

  /** Also with an access token that has expired; of a session that has ended it is nothing. */
  async logout(accessToken: string): Promise<void> {
    await this.endings.endByOwner(this.sessions.ofAccessToken(accessToken), 'auth.logout');
  }

  async logoutAll(actor: Actor): Promise<void> {
    await this.endings.endAllOf(actor.userId, {
      action: 'auth.logout_all',
      actor: partyOf(actor),
      target: { type: 'user', id: actor.userId },
    });
  }

  private async refuse(checked: CheckedCredentials | null): Promise<never> {
    const target = checked && { type: 'user', id: checked.user.id };
    const deactivated = checked?.matches === true;
    const reason = deactivated ? 'deactivated' : 'wrong_credentials';
    const details = { reason };
    await this.transaction.run((tx) => this.audit.record(tx, { action: 'auth.login_failed', target, details }));
    throw new AppError(deactivated ? 'forbidden' : 'unauthenticated', { reason });
  }
}
