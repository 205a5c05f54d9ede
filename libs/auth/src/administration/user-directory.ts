import { Injectable } from '@nestjs/common';
import { type Actor, AppError, Clock } from '#kernel';
import { Db } from '#platform';
import { foldName, toUser, USER_COLUMNS, type UserColumns, UserEntity, userOfColumns } from '#users';
import { UserRoles } from '../roles/user-roles';
import type { Account } from './account';

export interface AccountSearch {
  /** Part of a username or an email, in whatever spelling. */
  readonly search?: string | undefined;
  readonly role?: string | undefined;
  readonly plan?: PlanSearch | undefined;
  readonly isActive?: boolean | undefined;
  /** The first is 1. */
  readonly page: number;
  readonly size: number;
}

/** Those who were given the plan, and of those who were given none all VIPs (true), or all others (false). */
export interface PlanSearch {
  readonly name: string;
  readonly alsoOfVips?: boolean | undefined;
}

export interface AccountPage {
  readonly users: readonly Account[];
  readonly total: number;
}

/** A role a row; without roles one row. */
interface AccountRow extends UserColumns {
  readonly role: string | null;
}

// Clients ask who they are all the time.
const ACCOUNT = `
  SELECT ${USER_COLUMNS}, held.role_name AS "role"
  FROM users u
  LEFT JOIN user_roles held ON held.user_id = u.id`;
const BY_ID = `${ACCOUNT} WHERE u.id = ?`;
const BY_NAME = `${ACCOUNT} WHERE u.username_key = ?`;

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
    const now = this.clock.now();
    if (plan !== undefined) {
      query.andWhere(`(account.plan = :plan OR (account.plan IS NULL AND ${impliedBy(plan)}))`, {
        plan: plan.name,
        yes: true,
        now: new Date(now),
      });
    }
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
    const rows = await this.db.ask<AccountRow>({ sql, values: [key] });
    const [row] = rows;
    if (row === undefined) return null;
    return { ...userOfColumns(row, this.clock.now()), roles: rows.flatMap(({ role }) => role ?? []).sort() };
  }
}

function impliedBy({ alsoOfVips }: PlanSearch): string {
  if (alsoOfVips === undefined) return '1 = 0';
  const isVip = '(account.isVip = :yes AND (account.vipExpiresAt IS NULL OR account.vipExpiresAt > :now))';
  return alsoOfVips ? isVip : `NOT ${isVip}`;
}

function existing(account: Account | null): Account {
  if (account === null) throw new AppError('not_found');
  return account;
}
