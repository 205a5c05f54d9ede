import { createHash, type KeyObject } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { type Actor, AppError, Clock } from '#kernel';
import { Db } from '#platform';
import { Tokens } from '../tokens/tokens';
import { type Grant, IdentityCache, type Stale } from './identity-cache';
import { type Granted, IdentityRepository } from './identity.repository';
import { permissionsOf } from './permissions-of';

const API_KEY = /^sk-[\w-]{43}$/;
const TOUCHED_EVERY_MS = 60_000;

/** Who is asking, the same for every transport. */
@Injectable()
export class Identity {
  private readonly logger = new Logger(Identity.name);

  constructor(
    private readonly db: Db,
    private readonly tokens: Tokens,
    private readonly cache: IdentityCache,
    private readonly repository: IdentityRepository,
    private readonly clock: Clock,
  ) {}

  /** As `actorOf`, without a question to anybody; undefined: there is one to be asked. */
  knownActor(accessToken: string): Actor | undefined {
    if (!this.tokens.hasProved(accessToken)) return undefined;
    const { sid, sub } = this.tokens.verify('access', accessToken);
    const actor = this.cache.get(sid)?.actor;
    return actor?.userId === sub ? actor : undefined;
  }

  /** `bearer` is an access token or an API key. */
  async actorOf(bearer: string): Promise<Actor> {
    return (await this.grantOf(bearer)).actor;
  }

  /** With the time at which the bearer expires, for who goes on long after having asked. */
  async grantOf(bearer: string): Promise<Grant> {
    const grant = bearer.startsWith('sk-') ? await this.ofApiKey(bearer) : await this.ofSession(bearer);
    if (grant === undefined) throw new AppError('unauthenticated');
    return grant;
  }

  /** For who proves the signature of an access token himself before he asks; undefined where no key of ours made it. */
  keyFor(accessToken: string): KeyObject | undefined {
    return this.tokens.keyFor(accessToken);
  }

  /** Then it is enough to ask `actorOf`. */
  hasProved(accessToken: string): boolean {
    return this.tokens.hasProved(accessToken);
  }

  /** The listener then asks again for whom it concerns. Not told of what other replicas do without Redis. */
  onSessionsEnded(listener: (whose: Stale) => void): void {
    this.cache.onForgotten(listener);
  }

  /** Whether listeners are told of what other replicas do. */
  get hearsOthers(): boolean {
    return this.cache.hearsOthers;
  }

  /** Whether the session or key is good by which somebody was let in; his access token may be over by now. */
  async isStillIn({ credential }: Actor, bearer: string): Promise<boolean> {
    const grant =
      credential.kind === 'api_key' ? await this.ofApiKey(bearer) : await this.grantOfSession(credential.id);
    return grant != null;
  }

  private async ofSession(token: string): Promise<Grant | undefined> {
    const { sid, sub, exp } = this.tokens.verify('access', token);
    const grant = await this.grantOfSession(sid);
    return grant?.actor.userId === sub ? { actor: grant.actor, expiresAt: exp * 1000 } : undefined;
  }

  private async grantOfSession(id: string): Promise<Grant | null> {
    return this.cache.get(id) ?? (await this.cache.load(id, () => this.askForSession(id)));
  }

  private async ofApiKey(key: string): Promise<Grant | undefined> {
    if (!API_KEY.test(key)) return undefined;
    const hash = createHash('sha256').update(key).digest('hex');
    return this.cache.get(hash) ?? (await this.cache.load(hash, () => this.askForApiKey(hash))) ?? undefined;
  }

  private async askForSession(id: string): Promise<Grant | null> {
    const granted = await this.repository.ofSession(this.db, id);
    if (granted === null || this.isOver(granted)) return null;
    await this.touch(granted, (now) => this.repository.touchSession(this.db, id, now));
    return grant(granted, { kind: 'session', id });
  }

  private async askForApiKey(hash: string): Promise<Grant | null> {
    const granted = await this.repository.ofApiKey(this.db, hash);
    if (granted === null || this.isOver(granted)) return null;
    const { credentialId: id, scopes } = granted;
    await this.touch(granted, (now) => this.repository.touchApiKey(this.db, id, now));
    return grant(granted, { kind: 'api_key', id, scopes: new Set(scopes) });
  }

  private isOver({ expiresAt }: Granted): boolean {
    return expiresAt !== null && expiresAt.getTime() <= this.clock.now();
  }

  private async touch({ lastUsedAt }: Granted, write: (now: Date) => Promise<void>): Promise<void> {
    const now = this.clock.date();
    if (lastUsedAt !== null && now.getTime() - lastUsedAt.getTime() < TOUCHED_EVERY_MS) return;
    // Who may read goes on reading when nothing can be written.
    await write(now).catch((err: unknown) => this.logger.warn({ msg: 'last use not noted', err }));
  }
}

function grant({ userId, username, roles, expiresAt }: Granted, credential: Actor['credential']): Grant {
  return {
    actor: { userId, username, permissions: permissionsOf(roles), credential },
    expiresAt: expiresAt?.getTime() ?? null,
  };
}
