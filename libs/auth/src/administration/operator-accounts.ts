import { Injectable } from '@nestjs/common';
import { AuditLog } from '#audit';
import { AppError } from '#kernel';
import { Transaction } from '#platform';
import type { User } from '#users';
import { IdentityChange } from '../identity/identity-change';
import { NewPassword } from '../sign-in/new-password';
import { administeredBy, type Operator } from './administrator';
import { type AccountRequest, NewAccounts } from './new-accounts';

/** What the operator alone may do to accounts; for the rest see UserAdministration. */
@Injectable()
export class OperatorAccounts {
  constructor(
    private readonly transaction: Transaction,
    private readonly change: IdentityChange,
    private readonly newAccounts: NewAccounts,
    private readonly newPassword: NewPassword,
    private readonly audit: AuditLog,
  ) {}

  async create(by: Operator, request: AccountRequest, roles: readonly string[]): Promise<User> {
    const account = await this.newAccounts.prepare(request);
    return this.transaction.run((tx) => this.newAccounts.add(tx, by, account, roles));
  }

  /** All sessions of the user end. */
  async resetPassword(by: Operator, { id, username }: User, password: string): Promise<void> {
    const [issue] = this.newPassword.issues('password', password, username);
    if (issue !== undefined) throw AppError.invalid(issue);
    const passwordHash = await this.newPassword.hash(password);
    await this.change.ofUser(id, async (tx) => {
      await this.newPassword.replace(tx, id, passwordHash);
      const { actor, details } = administeredBy(by);
      await this.audit.record(tx, { action: 'auth.password_reset', actor, target: { type: 'user', id }, details });
    });
  }
}
