import { parseArgs } from 'node:util';
import { ADMIN_ROLE, OperatorAccounts, USER_ROLE } from '#auth';
import { operator, withAccounts } from '../accounts';
import type { Command } from '../command';
import { nameIn } from '../name-in';
import { passwordInput, passwordOption } from '../password-input';

export const userCreate: Command = {
  name: 'user create',
  summary: 'NAME [--email ADDRESS] [--admin] [--password-stdin]: make an account; its password is generated, or read',
  async run(args) {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { email: { type: 'string' }, admin: { type: 'boolean', default: false }, ...passwordOption },
    });
    const username = nameIn(positionals);
    const { password, note } = await passwordInput(values['password-stdin']);
    const request = { username, email: values.email ?? null, password };
    await withAccounts(async (accounts) => {
      const roles = values.admin ? [USER_ROLE, ADMIN_ROLE] : [USER_ROLE];
      const user = await accounts.get(OperatorAccounts).create(operator, request, roles);
      console.log(`Made ${user.username}, with the roles ${roles.join(', ')}.${note}`);
    });
  },
};
