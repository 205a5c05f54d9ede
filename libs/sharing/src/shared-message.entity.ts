import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import type { MessageRole } from '#conversations';
import { columns } from '#platform';
import { ShareEntity } from './share.entity';

/** A copy: what becomes of the message does not become of what was shared. */
@Entity('shared_messages')
export class SharedMessageEntity {
  @PrimaryColumn(columns.id)
  @ForeignKey(() => ShareEntity, { onDelete: 'CASCADE' })
  shareId!: string;

  @PrimaryColumn(columns.bigInteger)
  seq!: number;

  @Column(columns.text(16))
  role!: MessageRole;

  @Column(columns.longText)
  content!: string;

  @Column({ ...columns.text(100), nullable: true })
  model!: string | null;

  @Column(columns.integer)
  tokensUsed!: number;

  @Column(columns.time)
  createdAt!: Date;
}
