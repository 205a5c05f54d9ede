import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { columns } from '#platform';
import type { FileType } from './stored-file';

@Entity('files')
@Index(['userId', 'id'])
@Index(['hiddenSince'])
export class FileEntity {
  @PrimaryColumn(columns.id)
  id!: string;

  /** Null: the account is gone, and the file waits to be taken away. */
  @Column({ ...columns.id, nullable: true })
  @ForeignKey('users', { onDelete: 'SET NULL' })
  userId!: string | null;

  @Column(columns.text(255))
  name!: string;

  @Column(columns.text(100))
  type!: FileType;

  @Column(columns.bigInteger)
  size!: number;

  @Column(columns.text(64))
  sha256!: string;

  @Column({ ...columns.integer, nullable: true })
  width!: number | null;

  @Column({ ...columns.integer, nullable: true })
  height!: number | null;

  /** When it was last given along with a message. */
  @Column({ ...columns.time, nullable: true })
  attachedAt!: Date | null;

  /** It is being stored or taken away, and nobody sees it. Set anew by whoever goes on with a work that was broken off. */
  @Column({ ...columns.time, nullable: true })
  hiddenSince!: Date | null;

  @Column(columns.time)
  createdAt!: Date;
}
