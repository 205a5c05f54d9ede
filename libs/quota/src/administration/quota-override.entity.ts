import { Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { columns } from '#platform';
import { LimitsEntity } from '../limits.entity';

/** Beats the plan in all four figures. */
@Entity('quota_overrides')
export class QuotaOverrideEntity extends LimitsEntity {
  @PrimaryColumn(columns.id)
  @ForeignKey('users', { onDelete: 'CASCADE' })
  userId!: string;
}
