import { Injectable } from '@nestjs/common';
import { LessThanOrEqual, MoreThan, Not } from 'typeorm';
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

@Injectable()
export class SessionsRepository {
  async insert(tx: Tx, row: SessionEntity): Promise<void> {
    await tx.getRepository(SessionEntity).insert(row);
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

  async deleteExpiredOf(tx: Tx, userId: string, now: Date): Promise<void> {
    await tx.getRepository(SessionEntity).delete({ userId, expiresAt: LessThanOrEqual(now) });
  }

  /** Of those, too, who never come back. */
  async deleteExpired(db: Db, now: Date): Promise<void> {
    await db.execute('DELETE FROM sessions WHERE expires_at <= ?', [now]);
  }
}
