import { type Permission, permissions } from '#kernel';

/** The admin may do everything there is, whatever the row of the role says. */
export function permissionsOf(
  roles: readonly { readonly name: string; readonly permissions: readonly Permission[] }[],
): ReadonlySet<Permission> {
  if (roles.some(({ name }) => name === 'admin')) return new Set(permissions);
  return new Set(roles.flatMap((role) => role.permissions));
}
