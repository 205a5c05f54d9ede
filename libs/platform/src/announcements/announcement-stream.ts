import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { newId } from '#kernel';
import type { RedisClient } from '../cache/redis-client';
import type { RedisConnection } from '../cache/redis-connection';
import type { Told } from './announcement';

const STREAM = 'chatgpt:announcements';
/** Whoever could not read for longer than these took to come goes on with the oldest that is left. */
const KEPT_ENTRIES = 10_000;
const UNSENT_LIMIT = 10_000;
const BLOCK_MS = 1_000;
const RETRY_MS = 250;

/** Numbered by its writer: what was carried out and not acknowledged is written again. */
interface Entry {
  readonly from: string;
  readonly number: number;
  readonly told: readonly Told[];
}

/**
 * What replicas tell each other, in a stream of Redis: in their order and once, be it that Redis is away for a moment, for
 * whoever writes or for whoever reads.
 */
export class AnnouncementStream {
  private readonly logger = new Logger(AnnouncementStream.name);
  private readonly closing = new AbortController();
  private readonly self = newId();
  private readonly unsent: Told[] = [];
  private readonly heard = new Map<string, number>();
  private isSending = false;
  private sent = 0;

  constructor(private readonly redis: RedisClient) {}

  write(told: Told): void {
    this.unsent.push(told);
    if (this.unsent.length > UNSENT_LIMIT) this.unsent.shift();
    if (!this.isSending) void this.send();
  }

  /** Calls `hear` with what others write from now on. Ends with `close`. */
  async read(hear: (told: Told) => void): Promise<void> {
    let connection: RedisConnection | undefined;
    let last: string | undefined;
    while (!this.closing.signal.aborted) {
      try {
        connection ??= await this.connect();
        last ??= await newestOf(connection);
        for (const { id, message } of await entriesAfter(last, connection)) {
          last = id;
          this.open(JSON.parse(message['entry'] ?? '') as Entry, hear);
        }
      } catch (err) {
        this.logger.debug({ msg: 'other replicas cannot be heard', err });
        await this.pause();
      }
    }
  }

  close(): void {
    this.closing.abort();
  }

  /** A read that waits would hold up the end of the process. */
  private async connect(): Promise<RedisConnection> {
    const connection = await this.redis.duplicate();
    this.closing.signal.addEventListener('abort', () => connection.destroy(), { once: true });
    return connection;
  }

  /** One entry after the other, each with all that has come meanwhile. */
  private async send(): Promise<void> {
    this.isSending = true;
    while (this.unsent.length > 0 && !this.closing.signal.aborted) {
      const told = this.unsent.splice(0);
      this.sent++;
      await this.append(JSON.stringify({ from: this.self, number: this.sent, told } satisfies Entry));
    }
    this.isSending = false;
  }

  private async append(entry: string): Promise<void> {
    const trim = { strategy: 'MAXLEN', strategyModifier: '~', threshold: KEPT_ENTRIES } as const;
    for (;;) {
      const id = await this.redis.run<string | null>(
        (commands) => commands.xAdd(STREAM, '*', { entry }, { TRIM: trim }),
        () => null,
      );
      if (id !== null || this.closing.signal.aborted) return;
      await this.pause();
    }
  }

  private open({ from, number, told }: Entry, hear: (told: Told) => void): void {
    if (from === this.self || number <= (this.heard.get(from) ?? 0)) return;
    this.heard.set(from, number);
    for (const each of told) hear(each);
  }

  private async pause(): Promise<void> {
    await pause(RETRY_MS, undefined, { signal: this.closing.signal, ref: false }).catch(() => undefined);
  }
}

async function newestOf(connection: RedisConnection): Promise<string> {
  const newest = await connection.xRevRange(STREAM, '+', '-', { COUNT: 1 });
  return newest?.[0]?.id ?? '0-0';
}

interface StreamEntry {
  readonly id: string;
  readonly message: Readonly<Record<string, string>>;
}

async function entriesAfter(id: string, connection: RedisConnection): Promise<readonly StreamEntry[]> {
  const streams = await connection.xRead({ key: STREAM, id }, { BLOCK: BLOCK_MS, COUNT: 100 });
  return (streams as readonly { messages: readonly StreamEntry[] }[] | null)?.[0]?.messages ?? [];
}
