import { type DeliveryStatus, deliveryStatuses } from '#webhooks';
import { ChoiceField } from '../../edge/fields/choice.field';
import { QueryIntegerField } from '../../edge/fields/integer.field';
import { TextField } from '../../edge/fields/text.field';

const DELIVERY_ID = '019b76da-a800-7000-8000-000000000005';

export class SearchDeliveriesQuery {
  @ChoiceField(deliveryStatuses, { optional: true, example: 'failed' })
  status?: DeliveryStatus;

  @TextField({ min: 1, max: 100, optional: true, example: DELIVERY_ID, description: 'The next_cursor before' })
  cursor?: string;

  @QueryIntegerField({ min: 1, max: 200, optional: true, default: 50 })
  size = 50;
}
