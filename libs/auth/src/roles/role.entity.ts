import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Permission } from '#kernel';
import { columns } from '#platform';

@Entity('roles')
export class RoleEntity {
  @PrimaryColumn(columns.text(50))
  name!: string;

  /** Of `admin` empty: it has them all, those too that come later. */
  @Column(columns.json)
  permissions!: readonly Permission[];

  @Column({ ...columns.boolean, default: false })
  builtIn!: boolean;

  @Column(columns.time)
  createdAt!: Date;

  @Column(columns.time)
  updatedAt!: Date;
}
