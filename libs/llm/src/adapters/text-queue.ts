/** Text on its way to one reader; what waits for him is one piece. */
export class TextQueue implements AsyncIterableIterator<string> {
  private waiting = '';
  private isClosed = false;
  private wake: ((result: IteratorResult<string>) => void) | undefined;

  /** `onLeave` hears of a reader who stops before the end. */
  constructor(private readonly onLeave: () => void) {}

  push(text: string): void {
    if (this.wake === undefined) this.waiting += text;
    else this.handOver({ value: text, done: false });
  }

  close(): void {
    this.isClosed = true;
    this.handOver({ value: undefined, done: true });
  }

  next(): Promise<IteratorResult<string>> {
    if (this.waiting !== '') {
      const value = this.waiting;
      this.waiting = '';
      return Promise.resolve({ value, done: false });
    }
    if (this.isClosed) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve) => (this.wake = resolve));
  }

  return(): Promise<IteratorResult<string>> {
    this.onLeave();
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private handOver(result: IteratorResult<string>): void {
    this.wake?.(result);
    this.wake = undefined;
  }
}
