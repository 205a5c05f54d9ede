import { Column, Entity, PrimaryColumn } from 'typeorm';
import { columns } from '#platform';
import { LimitsEntity } from '../limits.entity';

@Entity('plans')
export class PlanEntity extends LimitsEntity {
  @PrimaryColumn(columns.text(50))
  name!: string;

  @Column({ ...columns.boolean, default: false })
  builtIn!: boolean;

  @Column(columns.time)
  createdAt!: Date;

  @Column(columns.time)
  updatedAt!: Date;
}
