import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { columns } from '#platform';

export const deliveryStatuses = ['pending', 'delivered', 'failed'] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

@Entity('webhook_deliveries')
@Index(['nextAttemptAt'])
@Index(['status', 'id'])
@Index(['userId'])
export class WebhookDeliveryEntity {
  /** Of the event, too: whoever is told twice knows it by this. */
  @PrimaryColumn(columns.id)
  id!: string;

  @Column(columns.text(64))
  event!: string;

  /** Whom it tells of; null: somebody who is gone. */
  @Column({ ...columns.id, nullable: true })
  userId!: string | null;

  /** As it is signed and sent. */
  @Column(columns.longText)
  body!: string;

  @Column(columns.text(16))
  status!: DeliveryStatus;

  @Column(columns.integer)
  attempts!: number;

  @Column(columns.time)
  createdAt!: Date;

  /** While somebody tries: when others may take him for dead. Null: never again. */
  @Column({ ...columns.time, nullable: true })
  nextAttemptAt!: Date | null;

  @Column({ ...columns.time, nullable: true })
  lastAttemptAt!: Date | null;

  /** Null: there was no answer. */
  @Column({ ...columns.integer, nullable: true })
  responseStatus!: number | null;

  @Column({ ...columns.text(200), nullable: true })
  error!: string | null;
}
