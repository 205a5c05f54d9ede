import type { UpstreamFailure } from './upstream-failure';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8_000;
/** An upstream that asks for more is not waited for: the caller is told when to come again. */
const LONGEST_RETRY_AFTER_MS = 20_000;

/** When to try again. Each pause is twice the one before, less up to half of it, so that callers do not come back as one. */
export class RetryPolicy {
  constructor(
    private readonly maxRetries: number,
    private readonly random: () => number,
  ) {}

  /** Milliseconds before the retry of that number, counted from 1; undefined: it is not worth another. */
  pauseBefore(retry: number, { isPassing, retryAfterMs = 0 }: UpstreamFailure): number | undefined {
    if (retry > this.maxRetries || !isPassing || retryAfterMs > LONGEST_RETRY_AFTER_MS) return undefined;
    const whole = Math.min(FIRST_PAUSE_MS * 2 ** (retry - 1), LONGEST_PAUSE_MS);
    const pause = whole * (1 - this.random() / 2);
    return retryAfterMs === 0 ? pause : Math.max(pause, retryAfterMs + FIRST_PAUSE_MS * this.random());
  }
}
