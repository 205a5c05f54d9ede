import { Injectable } from '@nestjs/common';
import { AppError, Clock } from '#kernel';
import { Db } from '#platform';
import { foldName, toUser, UserEntity } from '#users';
import { UserRoles } from '../roles/user-roles';
import type { Account } from './account';

export interface AccountSearch {
  /** Part of a username or an email, in whatever spelling. */
  readonly search?: string | undefined;
  readonly role?: string | undefined;
  readonly plan?: string | undefined;
  readonly isActive?: boolean | undefined;
  /** The first is 1. */
  readonly page: number;
  readonly size: number;
}

export interface AccountPage {
  readonly users: readonly Account[];
  readonly total: number;
}

/** The admin's view of who exists. */
@Injectable()
export class UserDirectory {
  constructor(
    private readonly db: Db,
    private readonly userRoles: UserRoles,
    private readonly clock: Clock,
  ) {}

  /** The newest first. */
  async search({ search, role, plan, isActive, page, size }: AccountSearch): Promise<AccountPage> {
    const query = this.db.getRepository(UserEntity).createQueryBuilder('account');
    if (search !== undefined) {
      query.andWhere(`(account.usernameKey LIKE :part ESCAPE '!' OR account.emailKey LIKE :part ESCAPE '!')`, {
        part: `%${foldName(search).replace(/[!%_]/g, '!$&')}%`,
      });
    }
    if (role !== undefined) {
      query.andWhere(
        'EXISTS (SELECT 1 FROM user_roles held WHERE held.user_id = account.id AND held.role_name = :role)',
        { role },
      );
    }
    if (plan !== undefined) query.andWhere('account.plan = :plan', { plan });
    if (isActive !== undefined) query.andWhere('account.isActive = :isActive', { isActive });
    const [rows, total] = await query
      .orderBy('account.createdAt', 'DESC')
      .addOrderBy('account.id', 'DESC')
      .offset((page - 1) * size)
      .limit(size)
      .getManyAndCount();
    const roles = await this.userRoles.ofEach(
      this.db,
      rows.map(({ id }) => id),
    );
    const now = this.clock.now();
    return { users: rows.map((row) => ({ ...toUser(row, now), roles: roles.get(row.id) ?? [] })), total };
  }

  async find(id: string): Promise<Account> {
    return this.account({ id: id.toLowerCase() });
  }

  async findByName(username: string): Promise<Account> {
    return this.account({ usernameKey: foldName(username) });
  }

  private async account(key: { readonly id: string } | { readonly usernameKey: string }): Promise<Account> {
    const row = await this.db.getRepository(UserEntity).findOneBy(key);
    if (row === null) throw new AppError('not_found');
    return { ...toUser(row, this.clock.now()), roles: await this.userRoles.of(this.db, row.id) };
  }
}
