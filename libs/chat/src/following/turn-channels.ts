import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { RedisClient, type RedisConnection } from '#platform';
import type { TurnWish, TurnWord } from './turn-word';

const WISHES = 'chatgpt:turns';
const RETRY_MS = 1_000;

/** What replicas tell each other of turns. While Redis is away it is lost: whoever waits for it looks at the database. */
@Injectable()
export class TurnChannels implements OnModuleDestroy {
  private readonly logger = new Logger(TurnChannels.name);
  private readonly closing = new AbortController();
  private readonly listeners = new Map<string, (message: string) => void>();
  private opening: Promise<RedisConnection> | undefined;

  constructor(private readonly redis: RedisClient) {}

  get areOpen(): boolean {
    return this.redis.state === 'healthy';
  }

  onModuleDestroy(): void {
    this.closing.abort();
  }

  wish(wish: TurnWish): Promise<void> {
    return this.publish(WISHES, wish);
  }

  onWish(listener: (wish: TurnWish) => void): void {
    this.listeners.set(WISHES, (message) => listener(JSON.parse(message) as TurnWish));
    void this.subscribe(WISHES);
  }

  say(messageId: string, word: TurnWord): Promise<void> {
    return this.publish(channelOf(messageId), word);
  }

  /** Calls `onOpen` when from now on all is heard. Answers how to end it; in one process one listens to an answer. */
  listen(messageId: string, listener: (word: TurnWord) => void, onOpen: () => void): () => void {
    const channel = channelOf(messageId);
    const hear = (message: string): void => listener(JSON.parse(message) as TurnWord);
    this.listeners.set(channel, hear);
    void this.subscribe(channel).then((isOpen) => isOpen && this.listeners.get(channel) === hear && onOpen());
    return () => {
      if (this.listeners.get(channel) !== hear) return;
      this.listeners.delete(channel);
      void this.unsubscribe(channel);
    };
  }

  private readonly hear = (message: string, channel: string): void => this.listeners.get(channel)?.(message);

  private async publish(channel: string, message: TurnWish | TurnWord): Promise<void> {
    await this.redis.run(
      (commands) => commands.publish(channel, JSON.stringify(message)),
      () => 0,
    );
  }

  /** False: there is no Redis, or nobody wants to hear it any more. */
  private async subscribe(channel: string): Promise<boolean> {
    if (this.redis.state === 'disabled') return false;
    while (this.listeners.has(channel) && !this.closing.signal.aborted) {
      try {
        this.opening ??= this.redis.duplicate();
        await (await this.opening).subscribe(channel, this.hear);
        return true;
      } catch (err) {
        this.logger.debug({ msg: 'other replicas cannot be heard yet', channel, err });
      }
      await pause(RETRY_MS, undefined, { signal: this.closing.signal, ref: false }).catch(() => undefined);
    }
    return false;
  }

  private async unsubscribe(channel: string): Promise<void> {
    try {
      await (await this.opening)?.unsubscribe(channel, this.hear);
    } catch (err) {
      this.logger.debug({ msg: 'Redis is away, and so is a subscription that was to end', channel, err });
    }
  }
}

function channelOf(messageId: string): string {
  return `${WISHES}:${messageId}`;
}
