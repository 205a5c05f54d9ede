import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { ConversationEntity } from '#conversations';
import { columns } from '#platform';

@Entity('idempotency_keys')
@Index(['conversationId'])
@Index(['expiresAt'])
export class IdempotencyKeyEntity {
  @PrimaryColumn(columns.id)
  @ForeignKey('users', { onDelete: 'CASCADE' })
  userId!: string;

  @PrimaryColumn(columns.text(255))
  idempotencyKey!: string;

  @Column(columns.text(64))
  bodyHash!: string;

  @Column(columns.id)
  @ForeignKey(() => ConversationEntity, { onDelete: 'CASCADE' })
  conversationId!: string;

  @Column(columns.id)
  userMessageId!: string;

  /** The answer's; null where none was asked for. */
  @Column({ ...columns.id, nullable: true })
  messageId!: string | null;

  @Column(columns.time)
  expiresAt!: Date;
}
