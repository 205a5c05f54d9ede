import { Injectable } from '@nestjs/common';
import { AuditLog } from '#audit';
import { AppError, type FieldIssue } from '#kernel';
import { Transaction } from '#platform';
import { Users } from '#users';
import { USER_ROLE } from '../roles/role';
import { UserRoles } from '../roles/user-roles';
import { SessionTokens } from '../sessions/session-tokens';
import { NewPassword } from '../sign-in/new-password';
import type { SignedIn } from '../sign-in/sign-in';
import { nameIssues } from './name-issues';

export interface RegistrationCommand {
  readonly username: string;
  readonly email: string | null;
  readonly password: string;
}

@Injectable()
export class Registration {
  constructor(
    private readonly users: Users,
    private readonly roles: UserRoles,
    private readonly newPassword: NewPassword,
    private readonly sessions: SessionTokens,
    private readonly transaction: Transaction,
    private readonly audit: AuditLog,
  ) {}

  async register({ username, email, password }: RegistrationCommand): Promise<SignedIn> {
    const [first, ...others]: FieldIssue[] = [
      ...nameIssues({ username, email: email ?? undefined }),
      ...this.newPassword.issues('password', password, username),
    ];
    if (first !== undefined) throw AppError.invalid(first, ...others);
    const passwordHash = await this.newPassword.hash(password);
    return this.transaction.run(async (tx) => {
      const user = await this.users.create(tx, { username, email, passwordHash });
      await this.roles.set(tx, user.id, [USER_ROLE]);
      const { tokens } = await this.sessions.open(tx, user.id);
      await this.audit.record(tx, { action: 'auth.registered', actor: user, target: { type: 'user', id: user.id } });
      return { user, tokens };
    });
  }
}
