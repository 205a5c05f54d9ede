import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import { columns } from '#platform';
import type { TurnOutcome } from './turn-bill';

/** Append-only, a turn an entry. Outlives accounts, conversations and plans, so it refers to no other table. */
@Entity('usage_ledger')
@Unique(['turnId'])
@Index(['userId', 'day'])
@Index(['day'])
export class UsageEntryEntity {
  @PrimaryColumn(columns.id)
  id!: string;

  @Column(columns.time)
  at!: Date;

  /** That the turn was charged to, in the time zone of the quotas. */
  @Column(columns.text(10))
  day!: string;

  @Column(columns.id)
  userId!: string;

  @Column({ ...columns.id, nullable: true })
  conversationId!: string | null;

  @Column(columns.id)
  turnId!: string;

  @Column(columns.text(100))
  model!: string;

  @Column(columns.text(50))
  plan!: string;

  @Column(columns.integer)
  promptTokens!: number;

  @Column(columns.integer)
  completionTokens!: number;

  @Column(columns.integer)
  totalTokens!: number;

  /** To the quota: never more than the turn held. */
  @Column(columns.integer)
  chargedTokens!: number;

  /** Millionths of a US dollar. */
  @Column(columns.bigInteger)
  costMicros!: number;

  @Column(columns.text(16))
  status!: TurnOutcome;

  @Column(columns.boolean)
  ownKey!: boolean;

  @Column(columns.boolean)
  cached!: boolean;

  @Column({ ...columns.integer, nullable: true })
  firstTokenMs!: number | null;
}
