import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { columns } from '#platform';

/**
 * The ledger in sums, kept as turns end: a user's day with one model under one plan. Reports add these up and leave the
 * ledger alone. Outlives accounts as the ledger does.
 */
@Entity('usage_days')
@Index(['day'])
export class UsageDayEntity {
  @PrimaryColumn(columns.id)
  userId!: string;

  @PrimaryColumn(columns.text(10))
  day!: string;

  /** Empty: unknown, of turns that failed. */
  @PrimaryColumn(columns.text(100))
  model!: string;

  @PrimaryColumn(columns.text(50))
  plan!: string;

  @Column(columns.bigInteger)
  requests!: number;

  /** Turns that failed or were interrupted; those that cost nothing are no requests. */
  @Column(columns.bigInteger)
  failures!: number;

  @Column(columns.bigInteger)
  promptTokens!: number;

  @Column(columns.bigInteger)
  completionTokens!: number;

  @Column(columns.bigInteger)
  totalTokens!: number;

  /** Millionths of a US dollar. */
  @Column(columns.bigInteger)
  costMicros!: number;

  /** How many of the answers had a first token of an upstream, and how long all of those together took. */
  @Column(columns.bigInteger)
  firstTokens!: number;

  @Column(columns.bigInteger)
  firstTokenMs!: number;
}
