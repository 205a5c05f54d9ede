import { ApiProperty } from '@nestjs/swagger';
import { type DeliveryPage, type DeliveryStatus, deliveryStatuses } from '#webhooks';
import { CursorResponse } from '../../edge/presenters/pagination.response';

const TIME = { format: 'date-time', example: '2026-01-01T12:00:00.000Z' } as const;

class DeliveryResponse {
  @ApiProperty({ format: 'uuid', example: '019b76da-a800-7000-8000-000000000005', description: 'Of the event, too' })
  readonly id!: string;

  @ApiProperty({ example: 'quota.alert' })
  readonly event!: string;

  @ApiProperty({ enum: deliveryStatuses, example: 'delivered' })
  readonly status!: DeliveryStatus;

  @ApiProperty({ type: 'integer', minimum: 0, example: 1 })
  readonly attempts!: number;

  @ApiProperty({ type: 'integer', nullable: true, example: 204, description: 'null: no answer, or not tried yet' })
  readonly response_status!: number | null;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'What went wrong last' })
  readonly error!: string | null;

  @ApiProperty(TIME)
  readonly created_at!: string;

  @ApiProperty({ ...TIME, type: String, nullable: true })
  readonly last_attempt_at!: string | null;

  @ApiProperty({ ...TIME, type: String, nullable: true, example: null, description: 'null: there is none to come' })
  readonly next_attempt_at!: string | null;

  @ApiProperty({
    type: Object,
    additionalProperties: true,
    description: 'What is sent; of an account that is gone, without its name and id',
  })
  readonly payload!: object;
}

export class DeliveriesResponse {
  @ApiProperty({ type: [DeliveryResponse] })
  readonly deliveries!: readonly DeliveryResponse[];

  @ApiProperty()
  readonly pagination!: CursorResponse;
}

export function presentDeliveries({ deliveries, nextCursor }: DeliveryPage): DeliveriesResponse {
  return { deliveries: deliveries.map(presentDelivery), pagination: { next_cursor: nextCursor } };
}

function presentDelivery(delivery: DeliveryPage['deliveries'][number]): DeliveryResponse {
  return {
    id: delivery.id,
    event: delivery.event,
    status: delivery.status,
    attempts: delivery.attempts,
    response_status: delivery.responseStatus,
    error: delivery.error,
    created_at: delivery.createdAt.toISOString(),
    last_attempt_at: delivery.lastAttemptAt?.toISOString() ?? null,
    next_attempt_at: delivery.nextAttemptAt?.toISOString() ?? null,
    payload: JSON.parse(delivery.body) as object,
  };
}
