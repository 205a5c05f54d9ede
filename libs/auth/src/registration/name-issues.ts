import type { FieldIssue } from '#kernel';
import { isEmail, type NameChange, usernameFault } from '#users';

export function nameIssues({ username, email }: NameChange): FieldIssue[] {
  const issues: FieldIssue[] = [];
  const fault = username === undefined ? undefined : usernameFault(username);
  if (fault !== undefined) issues.push({ field: 'username', ...fault });
  if (email !== undefined && !isEmail(email)) issues.push({ field: 'email', reason: 'must_be_email' });
  return issues;
}
