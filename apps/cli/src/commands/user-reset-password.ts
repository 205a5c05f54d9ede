import { parseArgs } from 'node:util';
import { OperatorAccounts, UserDirectory } from '#auth';
import { operator, withAccounts } from '../accounts';
import type { Command } from '../command';
import { nameIn } from '../name-in';
import { passwordInput, passwordOption } from '../password-input';

export const userResetPassword: Command = {
  name: 'user reset-password',
  summary: 'NAME [--password-stdin]: a new password, generated or read; all sessions of the user end',
  async run(args) {
    const { positionals, values } = parseArgs({ args: [...args], allowPositionals: true, options: passwordOption });
    const name = nameIn(positionals);
    const { password, note } = await passwordInput(values['password-stdin']);
    await withAccounts(async (accounts) => {
      const user = await accounts.get(UserDirectory).findByName(name);
      await accounts.get(OperatorAccounts).resetPassword(operator, user, password);
      console.log(`${user.username} has a new password.${note}`);
    });
  },
};
