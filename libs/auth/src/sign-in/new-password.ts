import type { FieldIssue } from '#kernel';
import type { AuthConfig, Tx } from '#platform';
import type { Users } from '#users';
import { passwordFault } from '../passwords/password-fault';
import type { PasswordHasher } from '../passwords/password-hasher';
import type { ResetTokens } from '../password-reset/reset-tokens';
import type { SessionsRepository } from '../sessions/sessions.repository';

export class NewPassword {
  constructor(
    private readonly config: Pick<AuthConfig, 'rejectCommonPasswords'>,
    private readonly hasher: PasswordHasher,
    private readonly users: Users,
    private readonly sessions: SessionsRepository,
    private readonly resets: ResetTokens,
  ) {}

  /** At most one. */
  issues(field: string, password: string, username: string): FieldIssue[] {
    const fault = passwordFault(password, { username, rejectCommon: this.config.rejectCommonPasswords });
    return fault === undefined ? [] : [{ field, ...fault }];
  }

  hash(password: string): Promise<string> {
    return this.hasher.hash(password);
  }

  /** What the old password let in ends, except for the session in which it is replaced. */
  async replace(tx: Tx, userId: string, passwordHash: string, keptSessionId?: string): Promise<void> {
    await this.users.setPasswordHash(tx, userId, passwordHash);
    await this.withdrawResets(tx, userId);
    if (keptSessionId === undefined) await this.sessions.deleteAllOf(tx, userId);
    else await this.sessions.deleteOthersOf(tx, userId, keptSessionId);
  }

  /** Of links that were sent before. */
  async withdrawResets(tx: Tx, userId: string): Promise<void> {
    await this.resets.withdraw(tx, userId);
  }
}
