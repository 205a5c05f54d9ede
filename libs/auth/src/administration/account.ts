import type { User } from '#users';

export interface Account extends User {
  readonly roles: readonly string[];
}
