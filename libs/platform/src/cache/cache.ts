/**
 * Keeps what JSON can hold, for a while, or forgets it earlier.
 * What changes while Redis is away is not known to Redis when it comes back: an old value may be seen until its time is up.
 */
export abstract class Cache {
  abstract get<T>(key: string): Promise<T | undefined>;
  /** `ttlMs` is a whole number of at least 1. */
  abstract set(key: string, value: NonNullable<unknown> | null, ttlMs: number): Promise<void>;
  abstract delete(key: string): Promise<void>;
}
