import { Injectable, Logger } from '@nestjs/common';
import { costOf, type Model, TokenCounter, type Usage } from '#llm';
import { Announcements, together, Transaction, type Tx } from '#platform';
import { Quota, QuotaAlerts, type QuotaStatus, type TurnOutcome } from '#quota';
import { ChatMetrics } from '../chat-metrics';
import type { OpenedExchange } from './exchange-opening';

/** What became of an exchange. */
export interface Answered {
  readonly status: TurnOutcome;
  readonly model: Model;
  readonly said: string;
  /** What the upstream said; undefined: it said nothing that makes sense. */
  readonly usage: Usage | undefined;
  readonly firstTokenMs: number | null;
}

export interface Settled {
  readonly usage: Usage;
  /** Undefined: its owner is gone, or the store is away. */
  readonly quota: QuotaStatus | undefined;
}

/** Has exchanges paid for. */
@Injectable()
export class ExchangeEnding {
  private readonly logger = new Logger(ExchangeEnding.name);

  constructor(
    private readonly transaction: Transaction,
    private readonly quota: Quota,
    private readonly tokens: TokenCounter,
    private readonly metrics: ChatMetrics,
    private readonly announcements: Announcements,
    private readonly alerts: QuotaAlerts,
  ) {}

  async end(opened: OpenedExchange, answered: Answered): Promise<Settled> {
    const { status, model, said, firstTokenMs } = answered;
    this.metrics.turnEnded(answered);
    const usage = answered.usage ?? {
      promptTokens: opened.promptTokens,
      completionTokens: await this.tokens.count(said),
    };
    const isFree = said === '' && (status === 'failed' || status === 'interrupted');
    const bill = {
      turnId: opened.id,
      conversationId: null,
      model: model.id,
      status,
      usage,
      cost: costOf(model, usage),
      ownKey: false,
      cached: false,
      firstTokenMs,
    };
    const quota = await this.settle(opened, (tx) =>
      isFree ? this.quota.fail(tx, opened.id, model.id) : this.quota.settle(tx, bill),
    );
    this.announcements.tell(opened.userId, { kind: 'quota_updated' });
    void this.alerts.look(opened.userId, quota);
    return { usage, quota };
  }

  /** What cannot be settled now is, when its lease is over. */
  private async settle(
    { id, userId }: OpenedExchange,
    work: (tx: Tx) => Promise<boolean>,
  ): Promise<QuotaStatus | undefined> {
    try {
      const [, status] = await this.transaction.run((tx) => {
        const done = work(tx);
        // Undefined: of nobody there is none.
        const left = this.quota.statusAfter(done, tx, userId).catch(() => undefined);
        return tx.last(together(done, left));
      });
      return status;
    } catch (err) {
      this.logger.error({ msg: 'an exchange could not be settled', exchange_id: id, err });
      return undefined;
    }
  }
}
