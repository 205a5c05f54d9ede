import { Injectable } from '@nestjs/common';
import { AuditLog } from '#audit';
import { AppError, type FieldIssue } from '#kernel';
import type { Tx } from '#platform';
import { type User, Users } from '#users';
import { nameIssues } from '../registration/name-issues';
import { UserRoles } from '../roles/user-roles';
import { NewPassword } from '../sign-in/new-password';
import { administeredBy, type Operator } from './administrator';

export interface AccountRequest {
  readonly username: string;
  readonly email: string | null;
  readonly password: string;
}

/** One that is right, and its password hashed. */
export interface PreparedAccount {
  readonly username: string;
  readonly email: string | null;
  readonly passwordHash: string;
}

/** Accounts that the operator makes. */
@Injectable()
export class NewAccounts {
  constructor(
    private readonly users: Users,
    private readonly userRoles: UserRoles,
    private readonly newPassword: NewPassword,
    private readonly audit: AuditLog,
  ) {}

  /** Outside of the transaction, for hashing takes its time. */
  async prepare({ username, email, password }: AccountRequest): Promise<PreparedAccount> {
    const [first, ...others]: FieldIssue[] = [
      ...nameIssues({ username, email: email ?? undefined }),
      ...this.newPassword.issues('password', password, username),
    ];
    if (first !== undefined) throw AppError.invalid(first, ...others);
    return { username, email, passwordHash: await this.newPassword.hash(password) };
  }

  async add(tx: Tx, by: Operator, account: PreparedAccount, roles: readonly string[]): Promise<User> {
    const user = await this.users.create(tx, account);
    await this.userRoles.set(tx, user.id, roles);
    const { actor, details } = administeredBy(by);
    await this.audit.record(tx, {
      action: 'user.created',
      actor,
      target: { type: 'user', id: user.id },
      details: { ...details, username: user.username, roles },
    });
    return user;
  }
}
