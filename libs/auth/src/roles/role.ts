import type { Permission } from '#kernel';

/** What every new account has; allows nothing beyond. */
export const USER_ROLE = 'user';
/** Has all permissions, and always an active user. */
export const ADMIN_ROLE = 'admin';

export interface Role {
  readonly name: string;
  readonly permissions: readonly Permission[];
  readonly builtIn: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
