import { memoryStore } from 'cache-manager';
import { Cache } from './cache';

const MAX_ENTRIES = 10_000;
const MAX_CHARACTERS = 16 * 1024 * 1024;

/** Forgets what was used longest ago when it is full. Holds JSON, so that it answers exactly what Redis would. */
export class MemoryCache extends Cache {
  private readonly store = memoryStore({
    max: MAX_ENTRIES,
    maxSize: MAX_CHARACTERS,
    sizeCalculation: (json: unknown) => String(json).length,
    ttl: 0,
    // Would arm a timer for each entry.
    ttlAutopurge: false,
  });

  async get<T>(key: string): Promise<T | undefined> {
    const json = await this.store.get<string>(key);
    return json === undefined ? undefined : (JSON.parse(json) as T);
  }

  set(key: string, value: NonNullable<unknown> | null, ttlMs: number): Promise<void> {
    return this.store.set(key, JSON.stringify(value), ttlMs);
  }

  delete(key: string): Promise<void> {
    return this.store.del(key);
  }
}
