import { Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';

const EVERY_MS = 3_600_000;

/** Keeps a table from growing with what is over. Nothing depends on it but the size of the table. */
export class HourlySweep implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(HourlySweep.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly what: string,
    private readonly deleteExpired: () => Promise<void>,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.sweep(), EVERY_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  private async sweep(): Promise<void> {
    try {
      await this.deleteExpired();
    } catch (err) {
      this.logger.warn({ msg: `${this.what} that are over could not be deleted, and will be in an hour`, err });
    }
  }
}
