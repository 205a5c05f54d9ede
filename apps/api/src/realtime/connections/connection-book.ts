import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '#kernel';
import { RedisClient } from '#platform';
import type { ChatSession } from '../session/chat-session';
import { OpenSockets } from '../session/open-sockets';
import { type ConnectionResponse, presentConnection } from './connections.response';

const CONFIRM_EVERY_MS = 20_000;
const RETRY_EVERY_MS = 1_000;
/** Of a replica that confirms no more. */
const BELIEVED_MS = 60_000;

interface Entry {
  readonly connection: ConnectionResponse;
  /** Milliseconds since 1970. */
  readonly confirmedAt: number;
}

const keyOf = (userId: string): string => `chatgpt:sockets:${userId}`;

/** Which sockets a user has, on all replicas where there is Redis. */
@Injectable()
export class ConnectionBook implements OnModuleDestroy {
  private readonly timer = setInterval(() => {
    for (const session of this.sockets) this.note(session);
  }, CONFIRM_EVERY_MS).unref();
  /** Opened while Redis was away. */
  private readonly missed = new Set<ChatSession>();
  private readonly retries = setInterval(() => this.noteMissed(), RETRY_EVERY_MS).unref();

  constructor(
    private readonly redis: RedisClient,
    private readonly sockets: OpenSockets,
    private readonly clock: Clock,
  ) {}

  onModuleDestroy(): void {
    clearInterval(this.timer);
    clearInterval(this.retries);
  }

  note(session: ChatSession): void {
    if (this.redis.state === 'disabled') return;
    const key = keyOf(session.actor.userId);
    const entry: Entry = { connection: presentConnection(session), confirmedAt: this.clock.now() };
    void this.redis.run(
      async (commands) => {
        await Promise.all([commands.hSet(key, session.id, JSON.stringify(entry)), commands.pExpire(key, BELIEVED_MS)]);
      },
      () => void this.missed.add(session),
    );
  }

  strike(session: ChatSession): void {
    const { id, actor } = session;
    this.missed.delete(session);
    void this.redis.run(
      (commands) => commands.hDel(keyOf(actor.userId), id),
      () => 0,
    );
  }

  /** The oldest first. */
  async of(userId: string): Promise<ConnectionResponse[]> {
    const here = Array.from(this.sockets.of(userId), presentConnection);
    const noted = await this.redis.run(
      async (commands) => Object.values(await commands.hGetAll(keyOf(userId))),
      () => [],
    );
    const believed = noted
      .map((text) => JSON.parse(text) as Entry)
      .filter(({ confirmedAt }) => confirmedAt > this.clock.now() - BELIEVED_MS);
    const byId = new Map([...believed.map(({ connection }) => connection), ...here].map((each) => [each.id, each]));
    return [...byId.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
  }

  private noteMissed(): void {
    if (this.redis.state !== 'healthy') return;
    const open = new Set(this.sockets);
    for (const session of this.missed) if (open.has(session)) this.note(session);
    this.missed.clear();
  }
}
