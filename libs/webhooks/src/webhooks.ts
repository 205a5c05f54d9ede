import { Injectable } from '@nestjs/common';
import { AppError, Clock, isId, newId } from '#kernel';
import { Db, type Tx } from '#platform';
import { type DeliveryStatus, WebhookDeliveryEntity } from './webhook-delivery.entity';
import { WebhookSender } from './webhook-sender';

export interface DeliverySearch {
  readonly status?: DeliveryStatus | undefined;
  /** The `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
  readonly limit: number;
}

export interface DeliveryPage {
  readonly deliveries: readonly WebhookDeliveryEntity[];
  readonly nextCursor: string | null;
}

interface Party {
  /** Null: an account that is gone. */
  readonly id: string | null;
  readonly username: string;
}

interface Event {
  readonly data: { readonly user: Party };
}

/** No username has brackets. */
const FORGOTTEN: Party = { id: null, username: '(deleted)' };

/** What is told to the operator's own address; nothing where there is none. */
@Injectable()
export class Webhooks {
  constructor(
    private readonly db: Db,
    private readonly sender: WebhookSender,
    private readonly clock: Clock,
  ) {}

  /** In the transaction of what it tells of; to be sent by whichever process comes first. */
  async tell(tx: Tx, event: string, user: Party & { readonly id: string }, facts: object): Promise<void> {
    if (!this.sender.hasAddress) return;
    const at = this.clock.date();
    const id = newId(at.getTime());
    await tx.getRepository(WebhookDeliveryEntity).insert({
      id,
      event,
      userId: user.id,
      status: 'pending',
      attempts: 0,
      createdAt: at,
      nextAttemptAt: at,
      lastAttemptAt: null,
      responseStatus: null,
      error: null,
      body: JSON.stringify({ id, type: event, created_at: at.toISOString(), data: { user, ...facts } }),
    });
  }

  /** Of an account that is gone neither name nor id stay, nor are they sent. Answers how many deliveries told of it. */
  async forget(tx: Tx, userId: string): Promise<number> {
    const deliveries = tx.getRepository(WebhookDeliveryEntity);
    const told = await deliveries.findBy({ userId });
    for (const { id, body } of told) {
      const event = JSON.parse(body) as Event;
      const forgetful = JSON.stringify({ ...event, data: { ...event.data, user: FORGOTTEN } });
      await deliveries.update({ id }, { userId: null, body: forgetful });
    }
    return told.length;
  }

  /** After the commit: what was told need not wait. */
  hurry(): void {
    this.sender.hurry();
  }

  /** Newest first. */
  async deliveries({ status, cursor, limit }: DeliverySearch): Promise<DeliveryPage> {
    if (cursor !== undefined && !isId(cursor)) throw AppError.invalid({ field: 'cursor', reason: 'invalid' });
    const query = this.db.getRepository(WebhookDeliveryEntity).createQueryBuilder('delivery');
    if (status !== undefined) query.andWhere('delivery.status = :status', { status });
    if (cursor !== undefined) query.andWhere('delivery.id < :cursor', { cursor: cursor.toLowerCase() });
    const rows = await query
      .orderBy('delivery.id', 'DESC')
      .limit(limit + 1)
      .getMany();
    const deliveries = rows.slice(0, limit);
    return { deliveries, nextCursor: rows.length > limit ? (deliveries.at(-1)?.id ?? null) : null };
  }
}
