import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { columns } from '#platform';

/**
 * One request, and some tokens, that a running turn may spend. Refers to no account: what a turn used is on the ledger
 * also if its user is deleted meanwhile.
 */
@Entity('quota_holds')
@Index(['leaseUntil'])
export class QuotaHoldEntity {
  @PrimaryColumn(columns.id)
  turnId!: string;

  @Column(columns.id)
  userId!: string;

  @Column(columns.text(50))
  plan!: string;

  /** When it was taken, and so where it is charged. */
  @Column(columns.text(10))
  day!: string;

  @Column(columns.text(7))
  month!: string;

  @Column(columns.bigInteger)
  tokens!: number;

  /** Of `tokens`, or beside them where the caller's own key pays. */
  @Column({ ...columns.integer, default: 0 })
  promptTokens!: number;

  /** Of what no conversation keeps, which is nowhere else; else null. */
  @Column({ ...columns.text(100), nullable: true })
  model!: string | null;

  @Column(columns.time)
  leaseUntil!: Date;
}
