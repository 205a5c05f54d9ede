import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { ConversationEntity, type MessageRole } from '#conversations';
import type { ErrorCode } from '#kernel';
import { columns } from '#platform';
import type { Message, MessageStatus, MessageType } from './message';

@Entity('messages')
@Unique(['conversationId', 'seq'])
@Index(['conversationId', 'isActive', 'seq'])
@Index(['conversationId', 'parentId'])
@Index(['userId', 'createdAt', 'id'])
export class MessageEntity implements Message {
  @PrimaryColumn(columns.id)
  id!: string;

  @Column(columns.id)
  @ForeignKey(() => ConversationEntity, { onDelete: 'CASCADE' })
  conversationId!: string;

  /** The owner of the conversation, so that a search looks at nobody else's. */
  @Column(columns.id)
  @ForeignKey('users', { onDelete: 'CASCADE' })
  userId!: string;

  @Column({ ...columns.id, nullable: true })
  parentId!: string | null;

  @Column(columns.bigInteger)
  seq!: number;

  @Column(columns.text(16))
  role!: MessageRole;

  @Column({ ...columns.text(16), default: 'text' })
  type!: MessageType;

  @Column(columns.longText)
  content!: string;

  @Column({ ...columns.json, nullable: true })
  attachments!: readonly string[];

  /** The content as it is searched: folded. Empty while it streams. */
  @Column(columns.longText)
  contentSearch!: string;

  @Column({ ...columns.text(100), nullable: true })
  model!: string | null;

  @Column({ ...columns.integer, default: 0 })
  tokensUsed!: number;

  @Column(columns.text(16))
  status!: MessageStatus;

  @Column({ ...columns.text(64), nullable: true })
  finishReason!: string | null;

  @Column({ ...columns.text(64), nullable: true })
  errorCode!: ErrorCode | null;

  @Column(columns.boolean)
  isActive!: boolean;

  @Column(columns.time)
  createdAt!: Date;

  @Column(columns.time)
  updatedAt!: Date;

  @Column({ ...columns.time, nullable: true })
  editedAt!: Date | null;
}
