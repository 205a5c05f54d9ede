import { AppError } from '#kernel';

const RETRY_AFTER_SECONDS = 60;

/** Has room for so many, and for so many of each; who finds none is told to come back. */
export class WaitingRoom {
  private readonly inside = new Map<string, number>();
  private count = 0;

  constructor(
    private readonly most: number,
    private readonly mostOfOne: number,
  ) {}

  async enter<T>(who: string, stay: () => Promise<T>): Promise<T> {
    const own = this.inside.get(who) ?? 0;
    if (own >= this.mostOfOne) {
      throw new AppError('rate_limited', { reason: 'imports_of_one', retryAfter: RETRY_AFTER_SECONDS });
    }
    if (this.count >= this.most) {
      throw new AppError('unavailable', { reason: 'imports_waiting', retryAfter: RETRY_AFTER_SECONDS });
    }
    this.change(who, 1);
    try {
      return await stay();
    } finally {
      this.change(who, -1);
    }
  }

  private change(who: string, by: 1 | -1): void {
    this.count += by;
    const own = (this.inside.get(who) ?? 0) + by;
    if (own === 0) this.inside.delete(who);
    else this.inside.set(who, own);
  }
}
