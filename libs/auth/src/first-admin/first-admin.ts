import { Injectable, Logger } from '@nestjs/common';
import { AppError } from '#kernel';
import { type AuthConfig, Transaction } from '#platform';
import { NewAccounts } from '../administration/new-accounts';
import { LastAdmin } from '../roles/last-admin';
import { ADMIN_ROLE, USER_ROLE } from '../roles/role';

/** Made from the configuration once in an installation's life: where there is an admin already, nothing is done. */
@Injectable()
export class FirstAdmin {
  private readonly logger = new Logger(FirstAdmin.name);

  constructor(
    private readonly config: Pick<AuthConfig, 'firstAdmin'>,
    private readonly transaction: Transaction,
    private readonly lastAdmin: LastAdmin,
    private readonly newAccounts: NewAccounts,
  ) {}

  /** However many instances begin together, one of them makes it. */
  async ensure(): Promise<void> {
    const { firstAdmin } = this.config;
    if (firstAdmin === undefined || (await this.transaction.run((tx) => this.lastAdmin.exists(tx)))) return;
    try {
      const account = await this.newAccounts.prepare(firstAdmin);
      await this.transaction.run((tx) =>
        this.lastAdmin.keep(tx, async () => {
          if (await this.lastAdmin.exists(tx)) return;
          await this.newAccounts.add(tx, { via: 'environment' }, account, [USER_ROLE, ADMIN_ROLE]);
        }),
      );
    } catch (error) {
      const isTaken = error instanceof AppError && error.issues.some(({ reason }) => reason === 'taken');
      if (!isTaken) throw error;
      this.logger.warn({ msg: 'no first admin: the username or the email is taken; see the command `user promote`' });
    }
  }
}
