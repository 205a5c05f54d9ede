import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { columns } from '#platform';

/** What was spent, and what running turns hold, in one day or one month; a new one begins at zero by itself. */
@Entity('quota_counters')
export class QuotaCounterEntity {
  @PrimaryColumn(columns.id)
  @ForeignKey('users', { onDelete: 'CASCADE' })
  userId!: string;

  /** `2026-01-31`, or `2026-01`. */
  @PrimaryColumn(columns.text(10))
  period!: string;

  @Column(columns.bigInteger)
  requests!: number;

  @Column(columns.bigInteger)
  tokens!: number;

  @Column(columns.bigInteger)
  requestsHeld!: number;

  @Column(columns.bigInteger)
  tokensHeld!: number;
}
