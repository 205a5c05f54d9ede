import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';

export interface PasswordInput {
  readonly password: string;
  /** What to tell the operator, once. */
  readonly note: string;
}

export const passwordOption = { 'password-stdin': { type: 'boolean', default: false } } as const;

/** Never from the arguments, which everyone on the machine can see: from the standard input, or made here. */
export async function passwordInput(fromStdin: boolean): Promise<PasswordInput> {
  if (fromStdin) return { password: (await text(process.stdin)).replace(/\r?\n$/, ''), note: '' };
  const password = randomBytes(18).toString('base64url');
  return { password, note: `\nPassword, shown this once: ${password}` };
}
