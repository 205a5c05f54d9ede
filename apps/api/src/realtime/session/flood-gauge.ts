const PER_SECOND = 60;
/** Who was quiet may say so much at once. */
const AT_ONCE = 120;

/** Whether a client says more than anybody has to say. */
export class FloodGauge {
  private room = AT_ONCE;
  private countedAt = performance.now();

  /** False: it is too much. */
  count(): boolean {
    const now = performance.now();
    this.room = Math.min(AT_ONCE, this.room + ((now - this.countedAt) / 1000) * PER_SECOND);
    this.countedAt = now;
    this.room -= 1;
    return this.room >= 0;
  }
}
