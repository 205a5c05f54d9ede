import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Clock, firstIdOf } from '#kernel';
import { Db, Departures, HourlySweep, type WebhookConfig } from '#platform';
import { WebhookDeliveryEntity } from './webhook-delivery.entity';
import { WebhookSender } from './webhook-sender';
import { Webhooks } from './webhooks';

const KEPT_MS = 30 * 24 * 3_600_000;

@Module({})
export class WebhooksModule {
  static forRoot(config: WebhookConfig | undefined): DynamicModule {
    return {
      module: WebhooksModule,
      global: true,
      imports: [TypeOrmModule.forFeature([WebhookDeliveryEntity])],
      providers: [
        {
          provide: WebhookSender,
          inject: [Db, Clock],
          useFactory: (db: Db, clock: Clock) => new WebhookSender(config, db, clock),
        },
        {
          provide: Symbol('old deliveries'),
          inject: [Db, Clock],
          useFactory: (db: Db, clock: Clock) =>
            new HourlySweep('webhook deliveries', async () => {
              await db.execute('DELETE FROM webhook_deliveries WHERE id < ?', [firstIdOf(clock.now() - KEPT_MS)]);
            }),
        },
        Webhooks,
        {
          provide: Symbol('deliveries that tell of who leaves'),
          inject: [Departures, Webhooks],
          useFactory: (departures: Departures, webhooks: Webhooks) =>
            departures.add(async (tx, userId) => ({ kept: { webhook_deliveries: await webhooks.forget(tx, userId) } })),
        },
      ],
      exports: [Webhooks],
    };
  }
}
