import { Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import { columns } from '#platform';
import { UserEntity } from '#users';

/** The newest that the user asked for; gone once used. */
@Entity('password_resets')
@Unique(['tokenHash'])
export class PasswordResetEntity {
  @PrimaryColumn(columns.id)
  @ForeignKey(() => UserEntity, { onDelete: 'CASCADE' })
  userId!: string;

  @Column(columns.text(64))
  tokenHash!: string;

  @Column(columns.time)
  expiresAt!: Date;

  @Column(columns.time)
  createdAt!: Date;
}
