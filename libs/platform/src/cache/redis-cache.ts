import type { Store } from 'cache-manager';
import type { RedisCommands } from './redis-connection';
import { Cache } from './cache';
import type { RedisClient } from './redis-client';

type StoreOn = (commands: RedisCommands) => Store;

/** Shared through Redis; answers from its own memory while Redis is away. */
export class RedisCache extends Cache {
  private constructor(
    private readonly redis: RedisClient,
    private readonly storeOn: StoreOn,
    private readonly memory: Cache,
  ) {
    super();
  }

  /** Loading the store takes a tenth of a second: whoever runs without Redis is spared it. */
  static async over(redis: RedisClient, memory: Cache): Promise<RedisCache> {
    const { redisInsStore } = await import('cache-manager-redis-yet');
    // Made for an older client; `get`, `set` and `del`, all it is used for, are the same in ours.
    const storeOn = (commands: RedisCommands) =>
      redisInsStore(commands as unknown as Parameters<typeof redisInsStore>[0], { isCacheable: () => true });
    return new RedisCache(redis, storeOn, memory);
  }

  get<T>(key: string): Promise<T | undefined> {
    return this.redis.run<T | undefined>(
      (commands) => this.storeOn(commands).get<T>(prefixed(key)).catch(missIfCorrupt),
      () => this.memory.get<T>(key),
    );
  }

  set(key: string, value: NonNullable<unknown> | null, ttlMs: number): Promise<void> {
    return this.redis.run(
      async (commands) => {
        await this.storeOn(commands).set(prefixed(key), value, ttlMs);
        await this.memory.delete(key);
      },
      () => this.memory.set(key, value, ttlMs),
    );
  }

  delete(key: string): Promise<void> {
    return this.redis.run(
      async (commands) => {
        await this.storeOn(commands).del(prefixed(key));
        await this.memory.delete(key);
      },
      () => this.memory.delete(key),
    );
  }
}

function prefixed(key: string): string {
  return `chatgpt:cache:${key}`;
}

function missIfCorrupt(error: unknown): undefined {
  if (error instanceof SyntaxError) return undefined;
  throw error;
}
