import type { Clock } from '#kernel';

const WINDOW_MS = 10_000;
/** Fewer tries in a window tell too little. */
const FEWEST_TRIES = 20;
const FAILING_SHARE = 0.5;
const OPEN_MS = 5_000;
/** How long others wait for the verdict of a probe; then one of them is the next. */
const PROBE_MS = 5_000;

export type BreakerState = 'closed' | 'half_open' | 'open';

/**
 * Spares an upstream in trouble its callers, and the callers the wait. Closed while it answers; open for a while when
 * half of the tries fail; then half open, where single calls probe whether it is well again.
 */
export class CircuitBreaker {
  private state: BreakerState = 'closed';
  private window = { since: 0, tries: 0, failures: 0 };
  private shutUntil = 0;

  constructor(
    private readonly clock: Clock,
    private readonly onChange: (state: BreakerState) => void,
  ) {}

  get isOpen(): boolean {
    return this.state === 'open';
  }

  /** 0: go ahead, and report how each try went. Else the milliseconds after which asking again makes sense. */
  admit(): number {
    if (this.state === 'closed') return 0;
    const remaining = this.shutUntil - this.clock.now();
    if (remaining > 0) return remaining;
    this.become('half_open', PROBE_MS);
    return 0;
  }

  report(wentWell: boolean): void {
    if (this.state === 'half_open') {
      if (wentWell) this.become('closed', 0);
      else this.become('open', OPEN_MS);
    } else if (this.state === 'closed' && this.isTooMuch(wentWell)) {
      this.become('open', OPEN_MS);
    }
  }

  private isTooMuch(wentWell: boolean): boolean {
    const now = this.clock.now();
    if (now - this.window.since >= WINDOW_MS) this.window = { since: now, tries: 0, failures: 0 };
    this.window.tries += 1;
    if (wentWell) return false;
    this.window.failures += 1;
    return this.window.tries >= FEWEST_TRIES && this.window.failures / this.window.tries >= FAILING_SHARE;
  }

  private become(state: BreakerState, shutForMs: number): void {
    this.window = { since: this.clock.now(), tries: 0, failures: 0 };
    this.shutUntil = this.clock.now() + shutForMs;
    if (state === this.state) return;
    this.state = state;
    this.onChange(state);
  }
}
