import { Column } from 'typeorm';
import { columns } from '#platform';

/** The columns that plans and overrides share. */
export abstract class LimitsEntity {
  @Column({ ...columns.bigInteger, nullable: true })
  dailyRequests!: number | null;

  @Column({ ...columns.bigInteger, nullable: true })
  monthlyRequests!: number | null;

  @Column({ ...columns.bigInteger, nullable: true })
  dailyTokens!: number | null;

  @Column({ ...columns.bigInteger, nullable: true })
  monthlyTokens!: number | null;
}
