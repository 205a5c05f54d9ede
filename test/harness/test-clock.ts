import { Clock } from '#kernel';

/** Time that a test moves by hand. */
export class TestClock extends Clock {
  private time = Date.UTC(2026, 0, 1, 12);

  now(): number {
    return this.time;
  }

  advance(milliseconds: number): void {
    this.time += milliseconds;
  }

  set(time: Date): void {
    this.time = time.getTime();
  }
}
