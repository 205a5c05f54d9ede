import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { ConversationEntity } from '#conversations';
import { columns } from '#platform';

@Entity('shares')
@Unique(['tokenHash'])
@Index(['conversationId'])
@Index(['userId'])
@Index(['expiresAt'])
export class ShareEntity {
  @PrimaryColumn(columns.id)
  id!: string;

  @Column(columns.id)
  @ForeignKey(() => ConversationEntity, { onDelete: 'CASCADE' })
  conversationId!: string;

  @Column(columns.id)
  @ForeignKey('users', { onDelete: 'CASCADE' })
  userId!: string;

  /** By which the link is found. */
  @Column(columns.text(64))
  tokenHash!: string;

  /** For the owner, who is shown the link again. */
  @Column(columns.longText)
  tokenSealed!: string;

  /** As it was when it was shared, as is the model. */
  @Column(columns.text(200))
  title!: string;

  @Column(columns.text(100))
  model!: string;

  @Column({ ...columns.text(255), nullable: true })
  passwordHash!: string | null;

  @Column({ ...columns.time, nullable: true })
  expiresAt!: Date | null;

  @Column({ ...columns.integer, default: 0 })
  viewCount!: number;

  @Column(columns.time)
  createdAt!: Date;
}
