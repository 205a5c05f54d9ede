import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { columns } from '#platform';

/** That a user was told, once in a window: a reset begins anew. */
@Entity('quota_alerts')
export class QuotaAlertEntity {
  @PrimaryColumn(columns.id)
  @ForeignKey('users', { onDelete: 'CASCADE' })
  userId!: string;

  /** As the counters name it: `2026-01-31`, or `2026-01`. */
  @PrimaryColumn(columns.text(10))
  period!: string;

  @PrimaryColumn(columns.text(16))
  metric!: 'requests' | 'tokens';

  /** Per cent. */
  @PrimaryColumn(columns.integer)
  threshold!: number;

  @Column(columns.time)
  at!: Date;
}
