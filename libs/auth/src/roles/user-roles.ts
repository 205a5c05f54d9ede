import { Injectable } from '@nestjs/common';
import { AppError } from '#kernel';
import type { Db, Tx } from '#platform';
import { RoleEntity } from './role.entity';
import { UserRoleEntity } from './user-role.entity';

/** Who has which roles. A new account is given USER_ROLE in the transaction that makes it. */
@Injectable()
export class UserRoles {
  async of(db: Db, userId: string): Promise<string[]> {
    const rows = await db.getRepository(UserRoleEntity).findBy({ userId });
    return rows.map(({ roleName }) => roleName).sort();
  }

  async ofEach(db: Db, userIds: readonly string[]): Promise<Map<string, string[]>> {
    if (userIds.length === 0) return new Map();
    const rows = await db
      .getRepository(UserRoleEntity)
      .createQueryBuilder('held')
      .where('held.userId IN (:...userIds)', { userIds })
      .orderBy('held.roleName')
      .getMany();
    const roles = new Map(userIds.map((id) => [id, [] as string[]]));
    for (const { userId, roleName } of rows) roles.get(userId)?.push(roleName);
    return roles;
  }

  /** Whoever sets other than the first roles of a new account asks `LastAdmin` first. */
  async set(tx: Tx, userId: string, roleNames: readonly string[]): Promise<void> {
    const wanted = [...new Set(roleNames)];
    const known = await this.known(tx, wanted);
    if (known.length < wanted.length) throw AppError.invalid({ field: 'roles', reason: 'no_such_role' });
    await tx.getRepository(UserRoleEntity).delete({ userId });
    await tx.getRepository(UserRoleEntity).insert(wanted.map((roleName) => ({ userId, roleName })));
  }

  /** Those of the roles that exist; they are not deleted before the transaction ends. */
  async known(tx: Tx, roleNames: readonly string[]): Promise<RoleEntity[]> {
    if (roleNames.length === 0) return [];
    const query = tx
      .getRepository(RoleEntity)
      .createQueryBuilder('role')
      .where('role.name IN (:...roleNames)', { roleNames });
    if (tx.engine !== 'sqlite') query.setLock('pessimistic_read');
    return query.getMany();
  }
}
