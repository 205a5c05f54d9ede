import { Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { columns } from '#platform';
import { FileEntity } from './file.entity';

/** That a message of a conversation came with the file. */
@Entity('file_uses')
@Index(['conversationId'])
export class FileUseEntity {
  @PrimaryColumn(columns.id)
  @ForeignKey(() => FileEntity, { onDelete: 'CASCADE' })
  fileId!: string;

  @PrimaryColumn(columns.id)
  @ForeignKey('conversations', { onDelete: 'CASCADE' })
  conversationId!: string;
}
