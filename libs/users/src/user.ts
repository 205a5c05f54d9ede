import type { UserEntity } from './user.entity';

export interface User {
  readonly id: string;
  readonly username: string;
  readonly email: string | null;
  readonly isActive: boolean;
  /** At the time of asking: one that has expired is over. */
  readonly isVip: boolean;
  readonly vipExpiresAt: Date | null;
  /** By name; null: by VIP. */
  readonly plan: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What of a user's row is shown; the rest are keys and the password's hash. */
export type UserRow = Omit<UserEntity, 'usernameKey' | 'emailKey' | 'passwordHash'>;

export function toUser(row: UserRow, now: number): User {
  return {
    id: row.id,
    username: row.username,
    email: row.email,
    isActive: row.isActive,
    isVip: row.isVip && (row.vipExpiresAt === null || row.vipExpiresAt.getTime() > now),
    vipExpiresAt: row.vipExpiresAt,
    plan: row.plan,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}
