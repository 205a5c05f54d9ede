import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import { columns } from '#platform';

@Entity('users')
@Unique(['usernameKey'])
@Unique(['emailKey'])
@Index(['createdAt', 'id'])
export class UserEntity {
  @PrimaryColumn(columns.id)
  id!: string;

  @Column(columns.text(50))
  username!: string;

  /** The username as it is compared: NFKC and case folded. */
  @Column(columns.text(200))
  usernameKey!: string;

  @Column({ ...columns.text(320), nullable: true })
  email!: string | null;

  @Column({ ...columns.text(320), nullable: true })
  emailKey!: string | null;

  @Column(columns.text(255))
  passwordHash!: string;

  @Column({ ...columns.boolean, default: true })
  isActive!: boolean;

  @Column({ ...columns.boolean, default: false })
  isVip!: boolean;

  @Column({ ...columns.time, nullable: true })
  vipExpiresAt!: Date | null;

  /** By name; null: by VIP. */
  @Column({ ...columns.text(50), nullable: true })
  plan!: string | null;

  @Column(columns.time)
  createdAt!: Date;

  @Column(columns.time)
  updatedAt!: Date;
}
