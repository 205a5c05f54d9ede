import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { type Actor, Clock, newId } from '#kernel';
import { RedisClient } from '#platform';

/** What a credential is good for, until it expires or something of it changes. */
export interface Grant {
  readonly actor: Actor;
  /** Milliseconds since 1970; null: never. */
  readonly expiresAt: number | null;
}

/** Whose grants may no longer hold. */
export type Stale = { readonly userId: string } | { readonly credentialId: string } | 'all';

interface Known {
  readonly grant: Grant;
  readonly until: number;
}

const KEPT_MS = 3_000;
const KEPT = 10_000;
const CHANNEL = 'chatgpt:identity:stale';

/**
 * Grants as they were at most three seconds ago. What changes in this process is forgotten at once, on other replicas as
 * soon as Redis tells them; a message that is lost leaves them with the three seconds.
 */
@Injectable()
export class IdentityCache implements OnModuleInit {
  private readonly logger = new Logger(IdentityCache.name);
  private readonly self = newId();
  /** The oldest first. */
  private readonly known = new Map<string, Known>();
  private readonly loading = new Map<string, Promise<Grant | null>>();
  private readonly listeners: ((stale: Stale) => void)[] = [];
  private isListening = false;
  /** When it was last so that others could not be heard. */
  private deafAt: number;

  constructor(
    private readonly clock: Clock,
    private readonly redis: RedisClient,
  ) {
    this.deafAt = clock.now();
  }

  /** False: others may have forgotten something that is still kept here. Whoever wants to know asks often. */
  get hearsOthers(): boolean {
    const now = this.clock.now();
    if (!this.isListening || this.redis.state !== 'healthy') this.deafAt = now;
    return now - this.deafAt > KEPT_MS;
  }

  onModuleInit(): void {
    if (this.redis.state !== 'disabled') void this.listen();
  }

  get(key: string): Grant | undefined {
    const known = this.known.get(key);
    return known !== undefined && this.clock.now() < known.until ? known.grant : undefined;
  }

  /** Those who ask for the same at once share one answer. Null, for no such credential, is not kept. */
  load(key: string, ask: () => Promise<Grant | null>): Promise<Grant | null> {
    const running = this.loading.get(key);
    if (running !== undefined) return running;
    const asked = this.clock.now();
    const loading: Promise<Grant | null> = ask()
      .then((grant) => {
        // Something was forgotten meanwhile: the answer may be older than that.
        if (grant !== null && this.loading.get(key) === loading) this.keep(key, grant, asked);
        return grant;
      })
      .finally(() => {
        if (this.loading.get(key) === loading) this.loading.delete(key);
      });
    this.loading.set(key, loading);
    return loading;
  }

  forgetUser(userId: string): void {
    this.forget({ userId });
  }

  /** A session or an API key. */
  forgetCredential(credentialId: string): void {
    this.forget({ credentialId });
  }

  forgetAll(): void {
    this.forget('all');
  }

  /** Told, after it is forgotten here, whatever was forgotten on any replica. */
  onForgotten(listener: (stale: Stale) => void): void {
    this.listeners.push(listener);
  }

  private keep(key: string, grant: Grant, asked: number): void {
    this.known.delete(key);
    this.known.set(key, { grant, until: Math.min(asked + KEPT_MS, grant.expiresAt ?? Infinity) });
    for (const oldest of this.known.keys()) {
      if (this.known.size <= KEPT) break;
      this.known.delete(oldest);
    }
  }

  private forget(stale: Stale): void {
    this.drop(stale);
    const message = JSON.stringify({ from: this.self, stale });
    void this.redis.run(
      (commands) => commands.publish(CHANNEL, message),
      () => 0,
    );
  }

  private drop(stale: Stale): void {
    this.loading.clear();
    if (stale === 'all') this.known.clear();
    else {
      for (const [key, { grant }] of this.known) if (concerns(stale, grant.actor)) this.known.delete(key);
    }
    for (const listener of this.listeners) listener(stale);
  }

  private async listen(): Promise<void> {
    try {
      const connection = await this.redis.duplicate();
      await connection.subscribe(CHANNEL, (message) => this.hear(message));
      this.isListening = true;
    } catch (err) {
      this.logger.debug({ msg: 'closed before other replicas could be heard', err });
    }
  }

  private hear(message: string): void {
    const { from, stale } = JSON.parse(message) as { from: string; stale: Stale };
    if (from !== this.self) this.drop(stale);
  }
}

function concerns(stale: Exclude<Stale, 'all'>, actor: Actor): boolean {
  return 'userId' in stale ? actor.userId === stale.userId : actor.credential.id === stale.credentialId;
}
