import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { ConversationEntity } from '#conversations';
import { columns } from '#platform';

/** What a conversation was imported from, so that it is not imported twice. */
@Entity('imported_conversations')
@Index(['conversationId'])
export class ImportedConversationEntity {
  @PrimaryColumn(columns.id)
  @ForeignKey('users', { onDelete: 'CASCADE' })
  userId!: string;

  /** SHA-256 in hexadecimal, of its id where it came from, or without one of all that it was. */
  @PrimaryColumn(columns.text(64))
  sourceKey!: string;

  @Column(columns.id)
  @ForeignKey(() => ConversationEntity, { onDelete: 'CASCADE' })
  conversationId!: string;
}
