/** What a role may allow; each guards some of the admin's routes. */
export const permissions = [
  'users:read',
  'users:write',
  'roles:write',
  'quotas:read',
  'quotas:write',
  'plans:write',
  'usage:read',
  'audit:read',
  'stats:read',
] as const;

export type Permission = (typeof permissions)[number];

/** What an API key may be used for: `chat` sends messages, `read` looks, `write` changes everything else. */
export const scopes = ['chat', 'read', 'write'] as const;

export type Scope = (typeof scopes)[number];
