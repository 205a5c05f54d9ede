import { createHash } from 'node:crypto';
import type { RedisCommands } from './redis-connection';

/** A Lua script, sent whole only to a Redis that does not know it. */
export class RedisScript {
  private readonly sha1: string;

  constructor(private readonly source: string) {
    this.sha1 = createHash('sha1').update(source).digest('hex');
  }

  /** In a cluster all keys must share one slot: give them a common `{tag}`. */
  async run(redis: RedisCommands, keys: string[], args: string[]): Promise<unknown> {
    const call = { keys, arguments: args };
    try {
      return await redis.evalSha(this.sha1, call);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return redis.eval(this.source, call);
    }
  }
}
