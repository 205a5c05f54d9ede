/** One holder at a time; who waits longest is next. */
export class FifoLock {
  private held = false;
  private readonly waiting: (() => void)[] = [];

  /** True if it was free and is now the caller's. */
  tryTake(): boolean {
    if (this.held) return false;
    this.held = true;
    return true;
  }

  /** Waits for its turn; false if that does not come within `limitMs`. */
  take(limitMs: number): Promise<boolean> {
    if (this.tryTake()) return Promise.resolve(true);
    return new Promise((resolve) => {
      const begin = (): void => {
        clearTimeout(timer);
        resolve(true);
      };
      const timer = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(begin), 1);
        resolve(false);
      }, limitMs);
      this.waiting.push(begin);
    });
  }

  give(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.held = false;
    else next();
  }
}
