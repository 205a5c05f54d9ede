export { deliveryStatuses } from './webhook-delivery.entity';
export type { DeliveryStatus } from './webhook-delivery.entity';
export { Webhooks } from './webhooks';
export type { DeliveryPage, DeliverySearch } from './webhooks';
export { WebhooksModule } from './webhooks.module';
