import type { AuditParty } from '#audit';
import { type Actor, AppError, type Permission } from '#kernel';
import { partyOf } from '../identity/party-of';

/** Whoever has the machine. May do everything, and is no user. */
export interface Operator {
  readonly via: 'cli' | 'environment';
}

export type Administrator = Actor | Operator;

/** How the audit log names who did it. */
export function administeredBy(by: Administrator): { actor: AuditParty | null; details: object } {
  return 'via' in by ? { actor: null, details: by } : { actor: partyOf(by), details: {} };
}

/** Nobody gives or takes what he may not do himself: else whoever may edit users or roles could do everything. */
export function refuseBeyondOwn(by: Administrator, permissions: Iterable<Permission>): void {
  if ('via' in by) return;
  for (const permission of permissions) {
    if (!by.permissions.has(permission)) throw new AppError('forbidden', { reason: 'beyond_own_permissions' });
  }
}
