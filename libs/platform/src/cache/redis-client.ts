import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { answerWithin, NoAnswerError } from './answer-within';
import type { RedisConfig } from './redis-config';
import { openConnection, type RedisCommands, type RedisConnection } from './redis-connection';

export type RedisState = 'disabled' | 'healthy' | 'unhealthy';

const COMMAND_LIMIT_MS = 500;
const BEAT_MS = 1_000;
const RETRY_MS = 1_000;
const CLOSE_LIMIT_MS = 1_000;
const REFUSAL_LOG_MS = 10_000;

const LIVE = { reconnect: false, silenceMs: BEAT_MS + 2 * COMMAND_LIMIT_MS };
const DUPLICATE = { reconnect: true, pingMs: BEAT_MS, silenceMs: 5_000 };

interface Live {
  readonly commands: RedisCommands;
  readonly broken: AbortController;
}

/**
 * The one shared connection to Redis. It is made in the background and pinged; when it breaks, falls silent or is too
 * slow it is thrown away and made anew. Nobody ever waits for a Redis that is not there.
 */
export class RedisClient {
  private readonly logger = new Logger(RedisClient.name);
  private readonly closing = new AbortController();
  private readonly duplicates = new Set<RedisConnection>();
  private readonly running: Promise<void>;
  private live: Live | undefined;
  private told: RedisState | undefined;
  private refusalToldAt = -Infinity;

  constructor(private readonly config: RedisConfig | undefined) {
    this.running = config === undefined ? Promise.resolve() : this.keepConnected(config);
  }

  get state(): RedisState {
    if (this.config === undefined) return 'disabled';
    return this.live === undefined ? 'unhealthy' : 'healthy';
  }

  /** The state, after asking Redis. */
  async check(): Promise<RedisState> {
    await this.run(
      (commands) => commands.ping(),
      () => '',
    );
    return this.state;
  }

  /**
   * What `command` answers, or what `fallback` answers when there is no Redis, when it refuses or when it takes too long.
   * A command that took too long may still have been carried out.
   */
  async run<T>(command: (commands: RedisCommands) => Promise<T>, fallback: () => T | Promise<T>): Promise<T> {
    const live = this.live;
    if (live === undefined) return fallback();
    try {
      return await answerWithin(COMMAND_LIMIT_MS, command(live.commands));
    } catch (error) {
      if (error instanceof NoAnswerError) this.drop(live, error);
      else if (this.live === live) this.tellRefusal(error);
      return fallback();
    }
  }

  /**
   * A connection of one's own, for subscriptions and for reads that block (for at most two seconds).
   * Resolves once there is a Redis; from then on it reconnects and subscribes again by itself. Closed with this client.
   */
  async duplicate(): Promise<RedisConnection> {
    if (this.config === undefined) throw new Error('there is no Redis to connect to');
    const connection = await openConnection(this.config, DUPLICATE);
    connection.on('error', ignore);
    this.duplicates.add(connection);
    while (!connection.isReady && !this.closing.signal.aborted) {
      // A cluster none of whose nodes answers gives up at once, whatever it is told about reconnecting.
      await connection.connect().catch(() => this.pause(RETRY_MS));
    }
    if (this.closing.signal.aborted) {
      connection.destroy();
      throw new Error('closed before there was a Redis');
    }
    return connection;
  }

  /** Lets what was sent be answered, within a limit. */
  async close(): Promise<void> {
    this.closing.abort();
    const ends = [this.running, ...Array.from(this.duplicates, end)];
    await answerWithin(CLOSE_LIMIT_MS, Promise.all(ends)).catch(ignore);
  }

  private async keepConnected(config: RedisConfig): Promise<void> {
    while (!this.closing.signal.aborted) {
      const connection = await openConnection(config, LIVE);
      try {
        await this.holdConnection(connection);
      } catch (error) {
        if (!this.closing.signal.aborted) this.tell('unhealthy', error);
      } finally {
        this.live = undefined;
        if (this.closing.signal.aborted) await end(connection);
        else connection.destroy();
      }
      await this.pause(RETRY_MS);
    }
  }

  /** Ends by throwing what ended it. */
  private async holdConnection(connection: RedisConnection): Promise<never> {
    let reason: Error | undefined;
    connection.on('error', (error: Error) => (reason = error));
    // What a cluster throws does not say why none of its nodes would have us.
    await connection.connect().catch((error: Error) => Promise.reject(reason ?? error));
    const live: Live = { commands: connection, broken: new AbortController() };
    connection.on('error', (error: unknown) => this.drop(live, error));
    connection.on('node-error', (error: unknown) => this.drop(live, error));
    const over = AbortSignal.any([live.broken.signal, this.closing.signal]);
    for (;;) {
      await answerWithin(COMMAND_LIMIT_MS, connection.ping());
      over.throwIfAborted();
      this.live = live;
      this.tell('healthy');
      await pause(BEAT_MS, undefined, { signal: over }).catch(() => over.throwIfAborted());
    }
  }

  private drop(live: Live, error: unknown): void {
    if (this.live === live) this.live = undefined;
    live.broken.abort(error);
  }

  private pause(ms: number): Promise<void> {
    return pause(ms, undefined, { signal: this.closing.signal }).catch(ignore);
  }

  private tell(state: RedisState, err?: unknown): void {
    if (state === this.told) return;
    this.told = state;
    if (state === 'healthy') this.logger.log({ msg: 'Redis is there' });
    else this.logger.warn({ msg: 'Redis is away, memory takes its place until it is back', err });
  }

  private tellRefusal(err: unknown): void {
    const now = performance.now();
    if (now - this.refusalToldAt < REFUSAL_LOG_MS) return;
    this.refusalToldAt = now;
    this.logger.warn({ msg: 'Redis refused a command, memory took its place', err });
  }
}

async function end(connection: RedisConnection): Promise<void> {
  await answerWithin(COMMAND_LIMIT_MS, connection.close()).catch(ignore);
  connection.destroy();
}

function ignore(): void {
  // What matters of it is told elsewhere.
}
