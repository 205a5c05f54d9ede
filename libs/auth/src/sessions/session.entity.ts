import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { columns } from '#platform';
import { UserEntity } from '#users';

/** One that has ended is deleted; the audit log remembers it. */
@Entity('sessions')
@Index(['userId'])
@Index(['expiresAt'])
export class SessionEntity {
  @PrimaryColumn(columns.id)
  id!: string;

  @Column(columns.id)
  @ForeignKey(() => UserEntity, { onDelete: 'CASCADE' })
  userId!: string;

  @Column({ ...columns.text(300), nullable: true })
  userAgent!: string | null;

  @Column({ ...columns.text(64), nullable: true })
  ip!: string | null;

  @Column(columns.time)
  createdAt!: Date;

  @Column(columns.time)
  lastUsedAt!: Date;

  @Column(columns.time)
  expiresAt!: Date;

  /** The `jti` of the refresh token that is good now. */
  @Column(columns.id)
  refreshId!: string;

  @Column({ ...columns.id, nullable: true })
  previousRefreshId!: string | null;

  @Column({ ...columns.time, nullable: true })
  rotatedAt!: Date | null;
}
