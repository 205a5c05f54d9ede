import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import type { Scope } from '#kernel';
import { columns } from '#platform';
import { UserEntity } from '#users';

@Entity('api_keys')
@Unique(['keyHash'])
@Index(['userId'])
export class ApiKeyEntity {
  @PrimaryColumn(columns.id)
  id!: string;

  @Column(columns.id)
  @ForeignKey(() => UserEntity, { onDelete: 'CASCADE' })
  userId!: string;

  @Column(columns.text(100))
  name!: string;

  @Column(columns.text(16))
  prefix!: string;

  /** SHA-256 of the whole key, in hex. */
  @Column(columns.text(64))
  keyHash!: string;

  @Column(columns.json)
  scopes!: readonly Scope[];

  @Column({ ...columns.time, nullable: true })
  expiresAt!: Date | null;

  @Column({ ...columns.time, nullable: true })
  lastUsedAt!: Date | null;

  @Column(columns.time)
  createdAt!: Date;
}
