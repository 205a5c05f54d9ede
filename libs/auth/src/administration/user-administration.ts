import { Injectable } from '@nestjs/common';
import { AuditLog } from '#audit';
import { AppError } from '#kernel';
import type { Tx } from '#platform';
import { type User, type UserChange, Users } from '#users';
import { permissionsOf } from '../identity/permissions-of';
import { LastAdmin } from '../roles/last-admin';
import { UserRoles } from '../roles/user-roles';
import { SessionEntity } from '../sessions/session.entity';
import type { Account } from './account';
import { AccountTransaction } from './account-transaction';
import { administeredBy, type Administrator, refuseBeyondOwn } from './administrator';

export interface AccountChange extends UserChange {
  /** All that the user is to have. */
  readonly roles?: readonly string[] | undefined;
}

@Injectable()
export class UserAdministration {
  constructor(
    private readonly account: AccountTransaction,
    private readonly users: Users,
    private readonly userRoles: UserRoles,
    private readonly lastAdmin: LastAdmin,
    private readonly audit: AuditLog,
  ) {}

  /** A deactivated user's sessions end; they do not come back with the user. */
  async update(by: Administrator, userId: string, { roles, ...change }: AccountChange): Promise<Account> {
    const id = userId.toLowerCase();
    return this.account.change(id, (tx) =>
      this.lastAdmin.keep(tx, async () => {
        const { before, after } = await this.users.update(tx, id, await this.withoutPastTerm(tx, id, change));
        const rolesBefore = await this.userRoles.of(tx, id);
        const rolesAfter = roles === undefined ? rolesBefore : await this.setRoles(tx, by, id, rolesBefore, roles);
        if (!after.isActive) await tx.getRepository(SessionEntity).delete({ userId: id });
        const { actor, details } = administeredBy(by);
        await this.audit.record(tx, {
          action: 'user.updated',
          actor,
          target: { type: 'user', id },
          details: { ...details, ...differences(factsOf(before, rolesBefore), factsOf(after, rolesAfter)) },
        });
        return { ...after, roles: rolesAfter };
      }),
    );
  }

  /** Whoever is VIP anew is not so until a day that has passed. */
  private async withoutPastTerm(tx: Tx, id: string, change: UserChange): Promise<UserChange> {
    if (change.isVip !== true || change.vipExpiresAt !== undefined) return change;
    const user = await this.users.find(tx, id);
    if (user === null) throw new AppError('not_found');
    return user.isVip ? change : { ...change, vipExpiresAt: null };
  }

  private async setRoles(
    tx: Tx,
    by: Administrator,
    userId: string,
    before: readonly string[],
    wanted: readonly string[],
  ): Promise<string[]> {
    await this.userRoles.set(tx, userId, wanted);
    const after = await this.userRoles.of(tx, userId);
    const changed = [...before, ...after].filter((role) => before.includes(role) !== after.includes(role));
    refuseBeyondOwn(by, permissionsOf(await this.userRoles.known(tx, changed)));
    return after;
  }
}

/** As the API writes them. */
function factsOf(user: User, roles: readonly string[]): Record<string, unknown> {
  return {
    is_active: user.isActive,
    is_vip: user.isVip,
    vip_expires_at: user.vipExpiresAt,
    plan: user.plan,
    roles,
  };
}

function differences(before: Record<string, unknown>, after: Record<string, unknown>): object {
  const changed = Object.keys(before).filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
  const pick = (facts: Record<string, unknown>) => Object.fromEntries(changed.map((key) => [key, facts[key]]));
  return { before: pick(before), after: pick(after) };
}
