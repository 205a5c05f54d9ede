import { Injectable } from '@nestjs/common';
import { MoreThan, Not } from 'typeorm';
import type { Db, Tx } from '#platform';
import { UserEntity } from '#users';
import { SessionEntity } from './session.entity';

interface Rotation {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly at: Date;
  readonly expiresAt: Date;
}

interface Opening {
  readonly id: string;
  readonly userId: string;
  readonly passwordHash: string;
  readonly userAgent: string | null;
  readonly ip: string | null;
  readonly refreshId: string;
  readonly at: Date;
  readonly expiresAt: Date;
}

const OPEN = `
  INSERT INTO sessions (id, user_id, user_agent, ip, created_at, last_used_at, expires_at, refresh_id)
  SELECT ?, id, ?, ?, ?, ?, ?, ? FROM users WHERE id = ? AND password_hash = ?`;

@Injectable()
export class SessionsRepository {
  /**
   * False, and nothing is opened, unless the password is still the one that was checked; then it is until the transaction
   * ends. Without this, whoever signs in while the password changes would keep a session that outlives it.
   */
  async open(tx: Tx, { id, userId, passwordHash, userAgent, ip, refreshId, at, expiresAt }: Opening): Promise<boolean> {
    const lock = tx.engine === 'sqlite' ? '' : ' FOR UPDATE';
    const values = [id, userAgent, ip, at, at, expiresAt, refreshId, userId, passwordHash];
    return (await tx.execute(`${OPEN}${lock}`, values)) === 1;
  }

  /** Null also where the user is deactivated. */
  findOfActiveUser(db: Db, id: string): Promise<SessionEntity | null> {
    return db
      .getRepository(SessionEntity)
      .createQueryBuilder('session')
      .innerJoin(UserEntity, 'user', 'user.id = session.userId AND user.isActive = :active', { active: true })
      .where('session.id = :id', { id })
      .getOne();
  }

  /** The one used last comes first. */
  liveOf(db: Db, userId: string, now: Date): Promise<SessionEntity[]> {
    return db
      .getRepository(SessionEntity)
      .find({ where: { userId, expiresAt: MoreThan(now) }, order: { lastUsedAt: 'DESC', id: 'DESC' } });
  }

  /** Of several who present the same refresh token at once, one rotates it. */
  async rotate(db: Db, { id, from, to, at, expiresAt }: Rotation): Promise<boolean> {
    const rotated = await db.execute(
      `UPDATE sessions SET previous_refresh_id = ?, refresh_id = ?, rotated_at = ?, last_used_at = ?, expires_at = ?
       WHERE id = ? AND refresh_id = ?`,
      [from, to, at, at, expiresAt, id, from],
    );
    return rotated === 1;
  }

  async delete(tx: Tx, { id, userId }: { readonly id: string; readonly userId: string }): Promise<boolean> {
    const { affected } = await tx.getRepository(SessionEntity).delete({ id, userId });
    return affected === 1;
  }

  async deleteAllOf(tx: Tx, userId: string): Promise<void> {
    await tx.getRepository(SessionEntity).delete({ userId });
  }

  async deleteOthersOf(tx: Tx, userId: string, id: string): Promise<void> {
    await tx.getRepository(SessionEntity).delete({ userId, id: Not(id) });
  }

  async deleteExpired(db: Db, now: Date): Promise<void> {
    await db.execute('DELETE FROM sessions WHERE expires_at <= ?', [now]);
  }
}
