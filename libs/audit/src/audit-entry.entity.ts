import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { columns } from '#platform';
import type { AuditAction } from './audit-action';

/** Outlives whom and what it tells of, so it refers to no other table. */
@Entity('audit_logs')
@Index(['action', 'id'])
@Index(['actorId', 'id'])
@Index(['targetId', 'id'])
@Index(['at'])
export class AuditEntryEntity {
  @PrimaryColumn(columns.id)
  id!: string;

  @Column(columns.time)
  at!: Date;

  @Column(columns.text(64))
  action!: AuditAction;

  @Column({ ...columns.id, nullable: true })
  actorId!: string | null;

  @Column({ ...columns.text(50), nullable: true })
  actorName!: string | null;

  @Column({ ...columns.text(32), nullable: true })
  targetType!: string | null;

  @Column({ ...columns.text(100), nullable: true })
  targetId!: string | null;

  @Column({ ...columns.text(64), nullable: true })
  ip!: string | null;

  @Column({ ...columns.text(300), nullable: true })
  userAgent!: string | null;

  @Column({ ...columns.text(128), nullable: true })
  requestId!: string | null;

  @Column(columns.json)
  details!: object;
}
