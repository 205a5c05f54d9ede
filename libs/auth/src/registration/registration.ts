import { Injectable } from '@nestjs/common';
import { AuditLog } from '#audit';
import { AppError, type FieldIssue } from '#kernel';
import { Transaction, type Tx } from '#platform';
import { type User, Users } from '#users';
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

  async register(command: RegistrationCommand): Promise<SignedIn> {
    return this.create(command, async (tx, user, passwordHash) => {
      const { tokens } = await this.sessions.open(tx, { user, passwordHash });
      return { user, tokens };
    });
  }

  /** Without signing in. */
  async signUp(command: RegistrationCommand): Promise<User> {
    return this.create(command, (_tx, user) => Promise.resolve(user));
  }

  private async create<T>(
    { username, email, password }: RegistrationCommand,
    then: (tx: Tx, user: User, passwordHash: string) => Promise<T>,
  ): Promise<T> {
    const [first, ...others]: FieldIssue[] = [
      ...nameIssues({ username, email: email ?? undefined }),
      ...this.newPassword.issues('password', password, username),
    ];
    if (first !== undefined) throw AppError.invalid(first, ...others);
    const passwordHash = await this.newPassword.hash(password);
    return this.transaction.run(async (tx) => {
      const user = await this.users.create(tx, { username, email, passwordHash });
      await this.roles.set(tx, user.id, [USER_ROLE]);
      await this.audit.record(tx, { action: 'auth.registered', actor: user, target: { type: 'user', id: user.id } });
      return then(tx, user, passwordHash);
    });
  }
}
