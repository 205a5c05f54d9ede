import { Injectable, Logger } from '@nestjs/common';
import { AuditLog } from '#audit';
import { type Locale, Mailer, Transaction } from '#platform';
import { Users } from '#users';
import { resetMail } from './reset-mail';
import { ResetTokens } from './reset-tokens';

export interface ResetRequestCommand {
  readonly email: string;
  /** In which the mail is written. */
  readonly locale: Locale;
  /** Where the page that takes the token is, without a slash at its end. */
  readonly publicUrl: string;
}

/** On SQLite the work holds up whoever comes next. */
const PAUSE_MS = 100;

@Injectable()
export class ResetRequests {
  private readonly logger = new Logger(ResetRequests.name);

  constructor(
    private readonly transaction: Transaction,
    private readonly users: Users,
    private readonly tokens: ResetTokens,
    private readonly mailer: Mailer,
    private readonly audit: AuditLog,
  ) {}

  /** Later than the answer and the one after it, whose times therefore tell nothing of who exists. */
  carryOutSoon(command: ResetRequestCommand): void {
    setTimeout(() => {
      this.carryOut(command).catch((err: unknown) => this.logger.error({ msg: 'no reset mail', err }));
    }, PAUSE_MS);
  }

  private async carryOut({ email, locale, publicUrl }: ResetRequestCommand): Promise<void> {
    const mail = await this.transaction.run(async (tx) => {
      const found = await this.users.findCredentials(tx, email);
      if (!found?.user.email || !found.user.isActive || !email.includes('@')) return undefined;
      const { id, username, email: to } = found.user;
      const token = await this.tokens.issue(tx, id);
      await this.audit.record(tx, { action: 'auth.password_reset_requested', target: { type: 'user', id } });
      const link = `${publicUrl}/reset-password?token=${token}`;
      return { to, ...resetMail(locale, { username, link, minutes: this.tokens.minutes }) };
    });
    if (mail !== undefined) this.mailer.send(mail);
  }
}
