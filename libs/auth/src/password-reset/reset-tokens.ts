import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '#kernel';
import type { AuthConfig, Db, Tx } from '#platform';
import type { User, Users } from '#users';
import { PasswordResetEntity } from './password-reset.entity';

/** Each is good for one reset, and only the newest of a user is. Stored is what cannot be sent back. */
export class ResetTokens {
  constructor(
    private readonly config: Pick<AuthConfig, 'resetTokenMs'>,
    private readonly db: Db,
    private readonly users: Users,
    private readonly clock: Clock,
  ) {}

  get minutes(): number {
    return Math.max(1, Math.round(this.config.resetTokenMs / 60_000));
  }

  async issue(tx: Tx, userId: string): Promise<string> {
    const token = randomBytes(32).toString('base64url');
    const now = this.clock.now();
    await waitForOthers(tx, userId);
    await this.withdraw(tx, userId);
    await tx.getRepository(PasswordResetEntity).insert({
      userId,
      tokenHash: hashOf(token),
      expiresAt: new Date(now + this.config.resetTokenMs),
      createdAt: new Date(now),
    });
    return token;
  }

  /** Whose it is, while it is good. */
  async ownerOf(token: string): Promise<User | null> {
    const reset = await this.db.getRepository(PasswordResetEntity).findOneBy({ tokenHash: hashOf(token) });
    if (reset === null || reset.expiresAt.getTime() <= this.clock.now()) return null;
    return this.users.find(this.db, reset.userId);
  }

  /** True for one of those who use it at once. */
  async use(tx: Tx, userId: string, token: string): Promise<boolean> {
    await waitForOthers(tx, userId);
    const { affected } = await tx.getRepository(PasswordResetEntity).delete({ userId, tokenHash: hashOf(token) });
    return affected === 1;
  }

  async withdraw(tx: Tx, userId: string): Promise<void> {
    await tx.getRepository(PasswordResetEntity).delete({ userId });
  }
}

/** Of several resets of one user at once, each waits here until those before are done: the user's row is held. */
async function waitForOthers(tx: Tx, userId: string): Promise<void> {
  await tx.execute('UPDATE users SET updated_at = updated_at WHERE id = ?', [userId]);
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
