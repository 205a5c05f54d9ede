import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { AppError } from '#kernel';
import { Quota } from '#quota';
import { TurnLeases } from '../lease/turn-leases';
import { RunningExchange } from './running-exchange';

const RENEW_EVERY_MS = 3_000;

/** The exchanges that this process has answered: while they last, nobody may take them for dead. */
@Injectable()
export class ActiveExchanges implements OnModuleDestroy {
  private readonly logger = new Logger(ActiveExchanges.name);
  private readonly running = new Map<string, RunningExchange>();
  private isClosed = false;
  private readonly renewal = setTimeout(() => {
    void this.renewLeases().finally(() => !this.isClosed && this.renewal.refresh());
  }, RENEW_EVERY_MS).unref();

  constructor(
    private readonly leases: TurnLeases,
    private readonly quota: Quota,
  ) {}

  begin(id: string, wanted: AbortSignal): RunningExchange {
    const exchange = new RunningExchange(id, wanted);
    this.running.set(id, exchange);
    return exchange;
  }

  end(exchange: RunningExchange): void {
    exchange.end();
    this.running.delete(exchange.id);
  }

  /** At the end of the process; what came of each is paid for. */
  cutOff(by: AppError): void {
    for (const exchange of this.running.values()) exchange.cut(by);
  }

  onModuleDestroy(): void {
    this.isClosed = true;
    clearTimeout(this.renewal);
  }

  private async renewLeases(): Promise<void> {
    try {
      await this.quota.renew([...this.running.keys()], this.leases.until());
    } catch (err) {
      this.logger.warn({ msg: 'the leases of exchanges could not be renewed', exchanges: this.running.size, err });
    }
  }
}
