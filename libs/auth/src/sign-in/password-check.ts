import { Injectable } from '@nestjs/common';
import { AppError } from '#kernel';
import { Db, type Tx } from '#platform';
import { type Credentials, Users } from '#users';
import { PasswordHasher } from '../passwords/password-hasher';

export interface CheckedCredentials extends Credentials {
  readonly matches: boolean;
  /** Of the same password, made as hashes are made today; where it matches a hash that is outdated. */
  readonly upgradedHash: string | undefined;
}

/** Whether a password is the user's. What it answers was so a moment ago: `hold` tells whether it still is. */
@Injectable()
export class PasswordCheck {
  constructor(
    private readonly db: Db,
    private readonly users: Users,
    private readonly hasher: PasswordHasher,
  ) {}

  /** By username or email. Null for nobody, after the time that a check takes. */
  async ofLogin(login: string, password: string): Promise<CheckedCredentials | null> {
    const credentials = await this.users.findCredentials(this.db, login);
    if (credentials === null) {
      await this.hasher.verifyNothing(password);
      return null;
    }
    const { matches, outdated } = await this.hasher.verify(credentials.passwordHash, password);
    const upgradedHash = matches && outdated ? await this.hasher.hash(password) : undefined;
    return { ...credentials, matches, upgradedHash };
  }

  /** Of someone who is signed in; `field` is where the password came in. */
  async confirm(userId: string, field: string, password: string): Promise<Credentials> {
    const credentials = await this.users.credentialsOf(this.db, userId);
    if (credentials === null) throw new AppError('unauthenticated');
    const { matches } = await this.hasher.verify(credentials.passwordHash, password);
    if (!matches) throw AppError.invalid({ field, reason: 'invalid' });
    return credentials;
  }

  /**
   * Throws `unauthenticated` unless the password is still the one that was checked; then it is until the transaction
   * ends. Without this, whoever signs in while the password changes would keep a session that outlives it.
   */
  async hold(tx: Tx, { user, passwordHash }: Credentials): Promise<void> {
    const held = await tx.execute('UPDATE users SET updated_at = updated_at WHERE id = ? AND password_hash = ?', [
      user.id,
      passwordHash,
    ]);
    if (held === 0) throw new AppError('unauthenticated');
  }

  async upgrade(tx: Tx, { user, upgradedHash }: CheckedCredentials): Promise<void> {
    if (upgradedHash !== undefined) await this.users.setPasswordHash(tx, user.id, upgradedHash);
  }
}
