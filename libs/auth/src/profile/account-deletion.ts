import { Injectable } from '@nestjs/common';
import { AuditLog } from '#audit';
import type { Actor } from '#kernel';
import { type DepartureReport, Departures } from '#platform';
import { Users } from '#users';
import { IdentityChange } from '../identity/identity-change';
import { partyOf } from '../identity/party-of';
import { LastAdmin } from '../roles/last-admin';
import { PasswordCheck } from '../sign-in/password-check';

/** The end of an account: all that is its own goes; sums of the ledger and who-did-what stay, under an id that says nothing. */
@Injectable()
export class AccountDeletion {
  constructor(
    private readonly users: Users,
    private readonly passwords: PasswordCheck,
    private readonly lastAdmin: LastAdmin,
    private readonly change: IdentityChange,
    private readonly departures: Departures,
    private readonly audit: AuditLog,
  ) {}

  async delete(actor: Actor, password: string): Promise<DepartureReport> {
    const { userId } = actor;
    const credentials = await this.passwords.confirm(userId, 'password', password);
    const { report, afterwards } = await this.change.ofUser(userId, (tx) =>
      this.lastAdmin.keep(tx, async () => {
        await this.passwords.hold(tx, credentials);
        const departure = await this.departures.prepare(tx, userId);
        await this.users.delete(tx, userId);
        const target = { type: 'user', id: userId };
        await this.audit.record(tx, { action: 'user.deleted', actor: partyOf(actor), target });
        const kept = { ...departure.report.kept, audit_entries: await this.audit.forget(tx, userId) };
        return { ...departure, report: { ...departure.report, kept } };
      }),
    );
    await afterwards();
    return report;
  }
}
