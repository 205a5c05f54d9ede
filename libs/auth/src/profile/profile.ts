import { Injectable } from '@nestjs/common';
import { AuditLog } from '#audit';
import { type Actor, AppError } from '#kernel';
import { type NameChange, type User, Users } from '#users';
import { holdActor } from '../identity/hold-actor';
import { IdentityChange } from '../identity/identity-change';
import { partyOf } from '../identity/party-of';
import { nameIssues } from '../registration/name-issues';
import { NewPassword } from '../sign-in/new-password';
import { PasswordCheck } from '../sign-in/password-check';

/** What users change of their own accounts. */
@Injectable()
export class Profile {
  constructor(
    private readonly users: Users,
    private readonly passwords: PasswordCheck,
    private readonly newPassword: NewPassword,
    private readonly change: IdentityChange,
    private readonly audit: AuditLog,
  ) {}

  async update(actor: Actor, changes: NameChange): Promise<User> {
    const [first, ...others] = nameIssues(changes);
    if (first !== undefined) throw AppError.invalid(first, ...others);
    return this.change.ofUser(actor.userId, async (tx) => {
      await holdActor(tx, actor);
      const { before, after } = await this.users.rename(tx, actor.userId, changes);
      if (after.email !== before.email) await this.newPassword.withdrawResets(tx, actor.userId);
      await this.audit.record(tx, {
        action: 'user.profile_updated',
        ...ofSelf(actor),
        details: { before: namesOf(before), after: namesOf(after) },
      });
      return after;
    });
  }

  /** Ends the other sessions. */
  async changePassword(actor: Actor, current: string, next: string): Promise<void> {
    const [issue] = this.newPassword.issues('new_password', next, actor.username);
    if (issue !== undefined) throw AppError.invalid(issue);
    const credentials = await this.passwords.confirm(actor.userId, 'current_password', current);
    const passwordHash = await this.newPassword.hash(next);
    await this.change.ofUser(actor.userId, async (tx) => {
      await this.passwords.hold(tx, credentials);
      await this.newPassword.replace(tx, actor.userId, passwordHash, actor.credential.id);
      await this.audit.record(tx, { action: 'auth.password_changed', ...ofSelf(actor) });
    });
  }
}

function ofSelf(actor: Actor) {
  return { actor: partyOf(actor), target: { type: 'user', id: actor.userId } };
}

function namesOf({ username, email }: User) {
  return { username, email };
}
