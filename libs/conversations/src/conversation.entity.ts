import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { columns } from '#platform';
import type { MessageRole } from './message-role';

@Entity('conversations')
@Index(['userId', 'isArchived', 'updatedAt', 'id'])
@Index(['userId', 'isArchived', 'createdAt', 'id'])
@Index(['userId', 'isArchived', 'titleSearch', 'id'])
@Index(['leaseUntil'])
export class ConversationEntity {
  @PrimaryColumn(columns.id)
  id!: string;

  /** Of the users' table, which is no neighbour of this room. */
  @Column(columns.id)
  @ForeignKey('users', { onDelete: 'CASCADE' })
  userId!: string;

  /** Empty: not named yet. */
  @Column(columns.text(200))
  title!: string;

  /** The title as it is searched and sorted: folded, and as much of it as an index can hold. */
  @Column(columns.text(600))
  titleSearch!: string;

  @Column(columns.text(100))
  model!: string;

  @Column({ ...columns.longText, nullable: true })
  systemMessage!: string | null;

  @Column({ ...columns.longText, nullable: true })
  apiKeySealed!: string | null;

  @Column({ ...columns.boolean, default: false })
  isArchived!: boolean;

  @Column({ ...columns.boolean, default: false })
  isPinned!: boolean;

  /** Of the active branch. */
  @Column({ ...columns.integer, default: 0 })
  messageCount!: number;

  @Column({ ...columns.text(200), nullable: true })
  lastMessageContent!: string | null;

  @Column({ ...columns.text(16), nullable: true })
  lastMessageRole!: MessageRole | null;

  @Column({ ...columns.time, nullable: true })
  lastMessageAt!: Date | null;

  /** The newest message of the active branch. */
  @Column({ ...columns.id, nullable: true })
  activeLeafId!: string | null;

  /** What the next message gets. */
  @Column({ ...columns.bigInteger, default: 1 })
  nextSeq!: number;

  /** How often the messages have changed, but for an answer that grows and ends. */
  @Column({ ...columns.integer, default: 0 })
  revision!: number;

  /** The answer being written, by whom, and until when nobody else may take it for dead. */
  @Column({ ...columns.id, nullable: true })
  runningMessageId!: string | null;

  @Column({ ...columns.text(64), nullable: true })
  leaseOwner!: string | null;

  @Column({ ...columns.time, nullable: true })
  leaseUntil!: Date | null;

  @Column(columns.time)
  createdAt!: Date;

  @Column(columns.time)
  updatedAt!: Date;
}
