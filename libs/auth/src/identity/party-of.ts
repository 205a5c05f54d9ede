import type { AuditParty } from '#audit';
import type { Actor } from '#kernel';

export function partyOf({ userId, username }: Actor): AuditParty {
  return { id: userId, username };
}
