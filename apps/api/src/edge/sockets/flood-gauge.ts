const PER_SECOND = 60;
/** Who was quiet may say so much at once. */
const AT_ONCE = 120;

/** Whether a client says more than anybody has to say, or so many times that. */
export class FloodGauge {
  private room: number;
  private countedAt = performance.now();

  constructor(private readonly times = 1) {
    this.room = times * AT_ONCE;
  }

  /** False: it is too much. */
  count(): boolean {
    const now = performance.now();
    const gained = ((now - this.countedAt) / 1000) * this.times * PER_SECOND;
    this.room = Math.min(this.times * AT_ONCE, this.room + gained) - 1;
    this.countedAt = now;
    return this.room >= 0;
  }
}
