import type { AppError } from '#kernel';

/** An exchange that this process has answered: it lasts as long as somebody wants it. */
export class RunningExchange {
  private readonly abort = new AbortController();
  private cutOffBy: AppError | undefined;
  private readonly leave = (): void => this.abort.abort();

  constructor(
    readonly id: string,
    private readonly wanted: AbortSignal,
  ) {
    wanted.addEventListener('abort', this.leave);
    if (wanted.aborted) this.leave();
  }

  get signal(): AbortSignal {
    return this.abort.signal;
  }

  /** Why it was cut off, if it was, while somebody wanted it. */
  get cutOff(): AppError | undefined {
    return this.cutOffBy;
  }

  cut(by: AppError): void {
    this.cutOffBy ??= by;
    this.abort.abort();
  }

  end(): void {
    this.wanted.removeEventListener('abort', this.leave);
  }
}
