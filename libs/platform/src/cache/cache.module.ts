import { Module, type DynamicModule } from '@nestjs/common';
import { Cache } from './cache';
import { MemoryCache } from './memory-cache';
import { RedisCache } from './redis-cache';
import { RedisClient } from './redis-client';
import type { RedisConfig } from './redis-config';

@Module({})
export class CacheModule {
  /** Whoever ends the application closes the RedisClient. */
  static forRoot(config: RedisConfig | undefined): DynamicModule {
    return {
      module: CacheModule,
      global: true,
      providers: [
        { provide: RedisClient, useFactory: () => new RedisClient(config) },
        {
          provide: Cache,
          useFactory: (redis: RedisClient) =>
            config === undefined ? new MemoryCache() : RedisCache.over(redis, new MemoryCache()),
          inject: [RedisClient],
        },
      ],
      exports: [RedisClient, Cache],
    };
  }
}
