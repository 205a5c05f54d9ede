import { Column, Entity, ForeignKey, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { columns } from '#platform';
import { ConversationEntity } from '../conversation.entity';

/** Given in order, and never again: also the number of a conversation that is deleted is used up. */
@Entity('conversation_numbers')
@Unique(['conversationId'])
export class ConversationNumberEntity {
  @PrimaryGeneratedColumn('increment')
  number!: number;

  @Column(columns.id)
  @ForeignKey(() => ConversationEntity, { onDelete: 'CASCADE' })
  conversationId!: string;
}
