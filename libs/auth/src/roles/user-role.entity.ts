import { Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { columns } from '#platform';
import { UserEntity } from '#users';
import { RoleEntity } from './role.entity';

@Entity('user_roles')
@Index(['roleName'])
export class UserRoleEntity {
  @PrimaryColumn(columns.id)
  @ForeignKey(() => UserEntity, { onDelete: 'CASCADE' })
  userId!: string;

  @PrimaryColumn(columns.text(50))
  @ForeignKey(() => RoleEntity, { onDelete: 'CASCADE' })
  roleName!: string;
}
