import { Injectable } from '@nestjs/common';
import { AppError, Clock, newId } from '#kernel';
import { type Db, isUniqueViolation, type Tx } from '#platform';
import { foldEmail, foldName } from './names';
import { toUser, type User } from './user';
import { USER_COLUMNS, type UserColumns, userOfColumns } from './user-columns';
import { UserEntity } from './user.entity';

export interface NewUser {
  readonly username: string;
  readonly email: string | null;
  readonly passwordHash: string;
}

export interface NameChange {
  readonly username?: string | undefined;
  readonly email?: string | undefined;
}

export interface UserChange {
  readonly isActive?: boolean | undefined;
  readonly isVip?: boolean | undefined;
  readonly vipExpiresAt?: Date | null | undefined;
  readonly plan?: string | null | undefined;
}

export interface Changed {
  readonly before: User;
  readonly after: User;
}

export interface Credentials {
  readonly user: User;
  readonly passwordHash: string;
}

const CREDENTIALS = `SELECT ${USER_COLUMNS}, u.password_hash AS "passwordHash" FROM users u`;
const BY_ID = `${CREDENTIALS} WHERE u.id = ?`;
const BY_USERNAME = `${CREDENTIALS} WHERE u.username_key = ?`;
const BY_EMAIL = `${CREDENTIALS} WHERE u.email_key = ?`;

/** Names and addresses come in as `usernameFault` and `isEmail` let them pass. Changes to nobody are `not_found`. */
@Injectable()
export class Users {
  constructor(private readonly clock: Clock) {}

  async find(db: Db, id: string): Promise<User | null> {
    const row = await db.getRepository(UserEntity).findOneBy({ id });
    return row && toUser(row, this.clock.now());
  }

  /** By username, or by email: no username has an at sign. */
  async findCredentials(db: Db, login: string): Promise<Credentials | null> {
    const emailKey = foldEmail(login);
    return emailKey.includes('@')
      ? this.credentials(db, BY_EMAIL, emailKey)
      : this.credentials(db, BY_USERNAME, foldName(login));
  }

  async credentialsOf(db: Db, id: string): Promise<Credentials | null> {
    return this.credentials(db, BY_ID, id);
  }

  /** Of several who ask for one name at once, one has it. */
  async create(tx: Tx, { username, email, passwordHash }: NewUser): Promise<User> {
    const now = this.clock.date();
    const row: UserEntity = {
      id: newId(now.getTime()),
      username,
      usernameKey: foldName(username),
      email,
      emailKey: email === null ? null : foldEmail(email),
      passwordHash,
      isActive: true,
      isVip: false,
      vipExpiresAt: null,
      plan: null,
      createdAt: now,
      updatedAt: now,
    };
    // A copy: TypeORM writes into what it inserts.
    await tellingWhatIsTaken(() => tx.getRepository(UserEntity).insert({ ...row }));
    return toUser(row, now.getTime());
  }

  async rename(tx: Tx, id: string, { username, email }: NameChange): Promise<Changed> {
    return this.change(tx, id, {
      ...(username !== undefined && { username, usernameKey: foldName(username) }),
      ...(email !== undefined && { email, emailKey: foldEmail(email) }),
    });
  }

  async setPasswordHash(tx: Tx, id: string, passwordHash: string): Promise<Changed> {
    return this.change(tx, id, { passwordHash });
  }

  async update(tx: Tx, id: string, { isActive, isVip, vipExpiresAt, plan }: UserChange): Promise<Changed> {
    return this.change(tx, id, {
      ...(isActive !== undefined && { isActive }),
      ...(isVip !== undefined && { isVip }),
      ...(vipExpiresAt !== undefined && { vipExpiresAt }),
      ...(plan !== undefined && { plan }),
    });
  }

  /** With all that refers to the user; answers who it was. */
  async delete(tx: Tx, id: string): Promise<User> {
    const row = await lockedRow(tx, id);
    await tx.getRepository(UserEntity).delete({ id });
    return toUser(row, this.clock.now());
  }

  private async credentials(db: Db, sql: string, key: string): Promise<Credentials | null> {
    const [row] = await db.ask<UserColumns & Pick<Credentials, 'passwordHash'>>({ sql, values: [key] });
    return row === undefined ? null : { user: userOfColumns(row, this.clock.now()), passwordHash: row.passwordHash };
  }

  private async change(tx: Tx, id: string, changes: Partial<UserEntity>): Promise<Changed> {
    const row = await lockedRow(tx, id);
    const updatedAt = this.clock.date();
    await tellingWhatIsTaken(() => tx.getRepository(UserEntity).update({ id }, { ...changes, updatedAt }));
    const now = updatedAt.getTime();
    return { before: toUser(row, now), after: toUser({ ...row, ...changes, updatedAt }, now) };
  }
}

/** Nobody else changes it before this transaction ends. SQLite has one writer at a time anyway. */
async function lockedRow(tx: Tx, id: string): Promise<UserEntity> {
  const lock = tx.engine === 'sqlite' ? undefined : { mode: 'pessimistic_write' as const };
  const row = await tx.getRepository(UserEntity).findOne({ where: { id }, ...(lock && { lock }) });
  if (row === null) throw new AppError('not_found');
  return row;
}

async function tellingWhatIsTaken(write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    for (const field of ['username', 'email']) {
      if (isUniqueViolation(error, 'users', `${field}_key`)) throw AppError.invalid({ field, reason: 'taken' });
    }
    throw error;
  }
}
