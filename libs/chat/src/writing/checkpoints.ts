const EVERY_MS = 1_000;

/** Keeps what grows, at most a second after it grew: all of it in one write, and one write at a time. */
export class Checkpoints<T> {
  private readonly grew = new Set<T>();
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> | undefined;

  /** `write` never rejects. */
  constructor(private readonly write: (all: readonly T[]) => Promise<void>) {}

  grown(one: T): void {
    this.grew.add(one);
    this.wait();
  }

  /** What it comes to is kept elsewhere. */
  forget(one: T): void {
    this.grew.delete(one);
  }

  /** Resolves when nothing is being written. */
  async close(): Promise<void> {
    clearTimeout(this.timer);
    await this.writing;
  }

  private wait(): void {
    if (this.timer !== undefined || this.writing !== undefined || this.grew.size === 0) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.writing = this.keep();
    }, EVERY_MS);
  }

  private async keep(): Promise<void> {
    const all = [...this.grew];
    this.grew.clear();
    await this.write(all);
    this.writing = undefined;
    // Some may have grown meanwhile, and grow no more.
    this.wait();
  }
}
