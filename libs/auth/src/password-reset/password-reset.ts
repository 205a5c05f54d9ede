import { Injectable } from '@nestjs/common';
import { AuditLog } from '#audit';
import { AppError } from '#kernel';
import { IdentityChange } from '../identity/identity-change';
import { NewPassword } from '../sign-in/new-password';
import { type ResetRequestCommand, ResetRequests } from './reset-requests';
import { ResetTokens } from './reset-tokens';

@Injectable()
export class PasswordReset {
  constructor(
    private readonly requests: ResetRequests,
    private readonly tokens: ResetTokens,
    private readonly newPassword: NewPassword,
    private readonly change: IdentityChange,
    private readonly audit: AuditLog,
  ) {}

  /** Returns at once, whether the address is known or not; the mail is made and sent after that. */
  request(command: ResetRequestCommand): void {
    this.requests.carryOutSoon(command);
  }

  async reset(token: string, newPassword: string): Promise<void> {
    const user = await this.tokens.ownerOf(token);
    if (user === null) throw badToken();
    const [issue] = this.newPassword.issues('new_password', newPassword, user.username);
    if (issue !== undefined) throw AppError.invalid(issue);
    const passwordHash = await this.newPassword.hash(newPassword);
    await this.change.ofUser(user.id, async (tx) => {
      if (!(await this.tokens.use(tx, user.id, token))) throw badToken();
      await this.newPassword.replace(tx, user.id, passwordHash);
      await this.audit.record(tx, {
        action: 'auth.password_reset',
        actor: user,
        target: { type: 'user', id: user.id },
      });
    });
  }
}

function badToken(): AppError {
  return AppError.invalid({ field: 'token', reason: 'invalid' });
}
