import { createHmac } from 'node:crypto';
import { Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Clock } from '#kernel';
import type { Db, WebhookConfig } from '#platform';
import { WebhookDeliveryEntity } from './webhook-delivery.entity';

const LOOK_EVERY_MS = 1_000;
const AT_ONCE = 10;
const ANSWER_WITHIN_MS = 10_000;
/** How long others leave a delivery alone that somebody has begun. */
const LEASE_MS = 30_000;
const SECOND = 1_000;
const HOUR = 3_600_000;
/** After each try but the last. */
const PAUSES_MS = [10 * SECOND, 60 * SECOND, 300 * SECOND, 1_800 * SECOND, 2 * HOUR, 6 * HOUR, 12 * HOUR];

interface Outcome {
  readonly responseStatus: number | null;
  readonly error: string | null;
}

/** Sends what waits in the table, here or on another replica: each is claimed by one, and again if that one dies. */
export class WebhookSender implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(WebhookSender.name);
  private readonly closing = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();

  constructor(
    private readonly config: WebhookConfig | undefined,
    private readonly db: Db,
    private readonly clock: Clock,
  ) {}

  get hasAddress(): boolean {
    return this.config !== undefined;
  }

  onApplicationBootstrap(): void {
    if (this.config === undefined) return;
    this.timer = setInterval(() => this.hurry(), LOOK_EVERY_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    this.closing.abort();
    await this.looking;
  }

  /** Looks at once, or once more when it has looked. */
  hurry(): void {
    this.looking = this.looking.then(() => this.look());
  }

  private async look(): Promise<void> {
    const { config } = this;
    if (config === undefined || this.closing.signal.aborted) return;
    try {
      const claimed = await this.claim();
      await Promise.all(claimed.map((delivery) => this.deliver(config, delivery)));
    } catch (err) {
      this.logger.warn({ msg: 'webhooks could not be sent, and will be', err });
    }
  }

  private async claim(): Promise<WebhookDeliveryEntity[]> {
    const now = this.clock.date();
    const due = await this.db
      .getRepository(WebhookDeliveryEntity)
      .createQueryBuilder('delivery')
      .where('delivery.nextAttemptAt <= :now', { now })
      .orderBy('delivery.nextAttemptAt')
      .limit(AT_ONCE)
      .getMany();
    const claimed: WebhookDeliveryEntity[] = [];
    for (const delivery of due) {
      const { id, attempts } = delivery;
      const sql = `UPDATE webhook_deliveries SET attempts = attempts + 1, last_attempt_at = ?, next_attempt_at = ?
        WHERE id = ? AND attempts = ? AND next_attempt_at <= ?`;
      const leaseUntil = new Date(now.getTime() + LEASE_MS);
      if ((await this.db.execute(sql, [now, leaseUntil, id, attempts, now])) > 0) {
        claimed.push({ ...delivery, attempts: attempts + 1 });
      }
    }
    return claimed;
  }

  private async deliver(config: WebhookConfig, delivery: WebhookDeliveryEntity): Promise<void> {
    const { id, attempts } = delivery;
    const outcome = await this.post(config, delivery);
    const isDelivered = outcome.error === null;
    const pauseMs = isDelivered ? undefined : PAUSES_MS[attempts - 1];
    const status = isDelivered ? 'delivered' : pauseMs === undefined ? 'failed' : 'pending';
    const nextAttemptAt = pauseMs === undefined ? null : new Date(this.clock.now() + pauseMs);
    // Whoever has claimed it since knows better.
    const own = { id, attempts };
    await this.db.getRepository(WebhookDeliveryEntity).update(own, { status, nextAttemptAt, ...outcome });
    if (!isDelivered) this.logger.warn({ msg: 'a webhook was not delivered', delivery_id: id, status, ...outcome });
  }

  private async post({ url, secret }: WebhookConfig, { id, event, body }: WebhookDeliveryEntity): Promise<Outcome> {
    const timestamp = String(Math.floor(this.clock.now() / 1000));
    try {
      const response = await fetch(url, {
        method: 'POST',
        // Where we are sent to was chosen by nobody who runs this server.
        redirect: 'manual',
        signal: AbortSignal.any([this.closing.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'user-agent': 'chatgpt-backend',
          'x-webhook-id': id,
          'x-webhook-event': event,
          'x-webhook-timestamp': timestamp,
          ...(secret !== undefined && { 'x-webhook-signature': signatureOf(secret, timestamp, body) }),
        },
        body,
      });
      await response.body?.cancel();
      const { status } = response;
      return { responseStatus: status, error: response.ok ? null : `answered ${status}` };
    } catch (error) {
      return { responseStatus: null, error: reasonOf(error) };
    }
  }
}

/** Over the time as well, so that what was sent long ago can be refused. */
export function signatureOf(secret: string, timestamp: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
}

/** Without the address, which may be all that protects it. */
function reasonOf(error: unknown): string {
  const { name, cause } = error as Error;
  if (name === 'TimeoutError') return 'no answer in time';
  if (name === 'AbortError') return 'cut off by the end of the process';
  const code = (cause as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? `no connection: ${code}` : 'no connection';
}
