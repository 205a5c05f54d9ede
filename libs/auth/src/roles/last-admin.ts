import { Injectable } from '@nestjs/common';
import { AppError } from '#kernel';
import type { Db, Tx } from '#platform';
import { lockRoles } from './lock-roles';
import { ADMIN_ROLE } from './role';

/** An installation that has an active admin always has one. */
@Injectable()
export class LastAdmin {
  /**
   * For every change that may take an admin away: of roles, of activity, of existence. Only one such change is under way
   * at a time, so it is the first thing its transaction does.
   */
  async keep<T>(tx: Tx, change: () => Promise<T>): Promise<T> {
    await lockRoles(tx);
    const hadAdmin = await this.exists(tx);
    const result = await change();
    if (hadAdmin && !(await this.exists(tx))) throw new AppError('conflict', { reason: 'last_admin' });
    return result;
  }

  /** Whether there is an admin who is active. */
  async exists(db: Db): Promise<boolean> {
    const rows = await db.query(
      `SELECT 1 FROM user_roles held JOIN users ON users.id = held.user_id
       WHERE held.role_name = ? AND users.is_active = ? LIMIT 1`,
      [ADMIN_ROLE, true],
    );
    return rows.length > 0;
  }
}
