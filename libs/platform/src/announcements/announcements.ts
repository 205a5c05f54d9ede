import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { RedisClient } from '../cache/redis-client';
import { requestContext } from '../logging/request-context';
import type { Announcement, Told } from './announcement';
import { AnnouncementStream } from './announcement-stream';

/**
 * Tells all replicas what has changed, so that a user's devices can show it: this process at once, others where there is
 * Redis. While Redis is away they hear it late, and after a long time not all of it.
 */
@Injectable()
export class Announcements implements OnModuleInit, OnModuleDestroy {
  private readonly listeners: ((told: Told) => void)[] = [];
  private readonly others: AnnouncementStream | undefined;

  constructor(redis: RedisClient) {
    if (redis.state !== 'disabled') this.others = new AnnouncementStream(redis);
  }

  onModuleInit(): void {
    void this.others?.read((told) => this.pass(told));
  }

  onModuleDestroy(): void {
    this.others?.close();
  }

  /** After the commit. Not for the socket that the change came through. */
  tell(userId: string, ...announcements: readonly Announcement[]): void {
    this.spread({ userId, exceptSocketId: requestContext.current()?.socketId, announcements });
  }

  /** What happened by itself, whoever's request it happens to follow. */
  tellAll(userId: string, ...announcements: readonly Announcement[]): void {
    this.spread({ userId, exceptSocketId: undefined, announcements });
  }

  /** What has changed for many, such as a plan. */
  tellEveryone(...announcements: readonly Announcement[]): void {
    this.spread({ userId: null, exceptSocketId: undefined, announcements });
  }

  /** The listener never throws. */
  onTold(listener: (told: Told) => void): void {
    this.listeners.push(listener);
  }

  private spread(told: Told): void {
    this.pass(told);
    this.others?.write(told);
  }

  private pass(told: Told): void {
    for (const listener of this.listeners) listener(told);
  }
}
