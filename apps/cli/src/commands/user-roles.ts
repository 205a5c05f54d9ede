import { ADMIN_ROLE, UserAdministration, UserDirectory } from '#auth';
import { operator, withAccounts } from '../accounts';
import type { Command } from '../command';
import { nameIn } from '../name-in';

async function changeRoles(words: readonly string[], change: (roles: readonly string[]) => string[]): Promise<void> {
  const name = nameIn(words);
  await withAccounts(async (accounts) => {
    const { id, roles } = await accounts.get(UserDirectory).findByName(name);
    const changed = await accounts.get(UserAdministration).update(operator, id, { roles: change(roles) });
    console.log(`${changed.username} has the roles ${changed.roles.join(', ') || '(none)'}.`);
  });
}

export const userPromote: Command = {
  name: 'user promote',
  summary: 'NAME: make an admin of the user',
  run: (args) => changeRoles(args, (roles) => [...roles, ADMIN_ROLE]),
};

export const userDemote: Command = {
  name: 'user demote',
  summary: 'NAME: the user is an admin no longer',
  run: (args) => changeRoles(args, (roles) => roles.filter((role) => role !== ADMIN_ROLE)),
};
