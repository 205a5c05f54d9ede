import { Injectable } from '@nestjs/common';
import { type Actor, AppError, Clock } from '#kernel';
import { Db, timeOf } from '#platform';
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

/** A role a row; without roles one row. */
interface AccountRow {
  readonly id: string;
  readonly username: string;
  readonly email: string | null;
  readonly isActive: boolean | number;
  readonly isVip: boolean | number;
  readonly vipExpiresAt: Date | string | null;
  readonly plan: string | null;
  readonly createdAt: Date | string;
  readonly updatedAt: Date | string;
  readonly role: string | null;
}

// Clients ask who they are all the time: written SQL costs a fifth of what a repository's queries do.
const ACCOUNT = `
  SELECT account.id AS "id", account.username AS "username", account.email AS "email", account.is_active AS "isActive",
         account.is_vip AS "isVip", account.vip_expires_at AS "vipExpiresAt", account.plan AS "plan",
         account.created_at AS "createdAt", account.updated_at AS "updatedAt", held.role_name AS "role"
  FROM users account
  LEFT JOIN user_roles held ON held.user_id = account.id`;
const BY_ID = `${ACCOUNT} WHERE account.id = ?`;
const BY_NAME = `${ACCOUNT} WHERE account.username_key = ?`;

/** Who exists, and what they hold. */
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
    return existing(await this.account(BY_ID, id.toLowerCase()));
  }

  async findByName(username: string): Promise<Account> {
    return existing(await this.account(BY_NAME, foldName(username)));
  }

  /** Of whoever asks. One who was deleted on another replica a moment ago is nobody. */
  async own({ userId }: Actor): Promise<Account> {
    const account = await this.account(BY_ID, userId);
    if (account === null) throw new AppError('unauthenticated');
    return account;
  }

  private async account(sql: string, key: string): Promise<Account | null> {
    const rows = await this.db.query<AccountRow>(sql, [key]);
    const [row] = rows;
    if (row === undefined) return null;
    const { id, username, email, plan } = row;
    const user = {
      ...{ id, username, email, plan },
      isActive: Boolean(row.isActive),
      isVip: Boolean(row.isVip),
      vipExpiresAt: row.vipExpiresAt === null ? null : timeOf(row.vipExpiresAt),
      createdAt: timeOf(row.createdAt),
      updatedAt: timeOf(row.updatedAt),
    };
    return { ...toUser(user, this.clock.now()), roles: rows.flatMap(({ role }) => role ?? []).sort() };
  }
}

function existing(account: Account | null): Account {
  if (account === null) throw new AppError('not_found');
  return account;
}
