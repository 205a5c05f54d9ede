import type { ErrorKind } from '#kernel';

/** What any turn can fail of. */
export const TURN_ERRORS: readonly ErrorKind[] = [
  'invalid',
  'unauthenticated',
  'forbidden',
  'not_found',
  'conflict',
  'quota_exceeded',
  'upstream_limited',
  'upstream_timeout',
  'upstream_down',
  'unavailable',
];
