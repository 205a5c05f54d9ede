import type { FieldIssue } from '#kernel';
import { foldName } from '#users';
import { isCommonPassword } from './is-common-password';

const PASSWORD_LENGTH = { min: 8, max: 128 };
const EIGHT_TO_128 = /^.{8,128}$/su;

interface PasswordRules {
  readonly username: string;
  readonly rejectCommon: boolean;
}

/** What is wrong with it as a new password. */
export function passwordFault(
  password: string,
  { username, rejectCommon }: PasswordRules,
): Omit<FieldIssue, 'field'> | undefined {
  if (!EIGHT_TO_128.test(password)) return { reason: 'length', params: PASSWORD_LENGTH };
  if (foldName(password) === foldName(username)) return { reason: 'password_is_username' };
  if (rejectCommon && isCommonPassword(password)) return { reason: 'password_common' };
  return undefined;
}
