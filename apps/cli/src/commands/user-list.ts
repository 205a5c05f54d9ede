import { type Account, UserDirectory } from '#auth';
import { withAccounts } from '../accounts';
import type { Command } from '../command';

const PAGE_SIZE = 500;

function line({ id, username, email, isActive, roles }: Account): string {
  return [id, username, email ?? '-', isActive ? 'active' : 'inactive', roles.join(',') || '-'].join('\t');
}

export const userList: Command = {
  name: 'user list',
  summary: '[TEXT]: all users, or those with TEXT in their names or addresses; the newest first',
  run: (words) =>
    withAccounts(async (accounts) => {
      const search = words.length > 0 ? words.join(' ') : undefined;
      const directory = accounts.get(UserDirectory);
      for (let page = 1; ; page++) {
        const { users, total } = await directory.search({ search, page, size: PAGE_SIZE });
        for (const user of users) console.log(line(user));
        if (page * PAGE_SIZE >= total) return;
      }
    }),
};
