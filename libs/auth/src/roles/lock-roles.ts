import type { Tx } from '#platform';
import { ADMIN_ROLE } from './role';

/** Until this transaction ends no other gets past here: they wait at a role that is always there. SQLite has one writer at a time anyway. */
export async function lockRoles(tx: Tx): Promise<void> {
  if (tx.engine !== 'sqlite') await tx.query('SELECT name FROM roles WHERE name = ? FOR UPDATE', [ADMIN_ROLE]);
}
