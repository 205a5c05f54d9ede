/** Where time comes from, so that tests can move it. */
export abstract class Clock {
  /** Milliseconds since 1970. */
  abstract now(): number;

  date(): Date {
    return new Date(this.now());
  }
}

export class SystemClock extends Clock {
  now(): number {
    return Date.now();
  }
}
