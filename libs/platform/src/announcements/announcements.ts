import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { newId } from '#kernel';
import { RedisClient } from '../cache/redis-client';
import { requestContext } from '../logging/request-context';
import type { Announcement, Told } from './announcement';

const CHANNEL = 'chatgpt:announcements';

/**
 * Tells all replicas what has changed, so that a user's devices can show it: this process at once, others where there is
 * Redis. It is no record: what is told while Redis is away, others do not hear.
 */
@Injectable()
export class Announcements implements OnModuleInit {
  private readonly logger = new Logger(Announcements.name);
  private readonly self = newId();
  private readonly listeners: ((told: Told) => void)[] = [];

  constructor(private readonly redis: RedisClient) {}

  onModuleInit(): void {
    if (this.redis.state !== 'disabled') void this.listen();
  }

  /** After the commit. Not for the socket that the change came through. */
  tell(userId: string, ...announcements: readonly Announcement[]): void {
    this.spread({ userId, exceptSocketId: requestContext.current()?.socketId, announcements });
  }

  /** What happened by itself, whoever's request it happens to follow. */
  tellAll(userId: string, ...announcements: readonly Announcement[]): void {
    this.spread({ userId, exceptSocketId: undefined, announcements });
  }

  /** The listener never throws. */
  onTold(listener: (told: Told) => void): void {
    this.listeners.push(listener);
  }

  private spread(told: Told): void {
    this.pass(told);
    if (this.redis.state === 'disabled') return;
    const message = JSON.stringify({ from: this.self, told });
    void this.redis.run(
      (commands) => commands.publish(CHANNEL, message),
      () => 0,
    );
  }

  private pass(told: Told): void {
    for (const listener of this.listeners) listener(told);
  }

  private async listen(): Promise<void> {
    try {
      const connection = await this.redis.duplicate();
      await connection.subscribe(CHANNEL, (message) => {
        const { from, told } = JSON.parse(message) as { from: string; told: Told };
        if (from !== this.self) this.pass(told);
      });
    } catch (err) {
      this.logger.debug({ msg: 'closed before other replicas could be heard', err });
    }
  }
}
