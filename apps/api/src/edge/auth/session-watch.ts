import type { ServerResponse } from 'node:http';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Identity, type Stale } from '#auth';
import { type Actor, AppError } from '#kernel';
import { CallerLeft } from '../answer/caller-left';
import { type ActorRequest } from './access.decorators';
import { bearerIn } from './bearer.strategy';

/** Where other replicas are not heard. What is known of a session may be three seconds old. */
const LOOK_EVERY_MS = 1_000;

interface Watch {
  readonly actor: Actor;
  readonly bearer: string;
  readonly abort: AbortController;
}

export interface SessionWatching {
  readonly signal: AbortSignal;
  readonly leave: (isServed: boolean) => void;
}

/** Over those whose answers take long. */
@Injectable()
export class SessionWatch implements OnModuleDestroy {
  private readonly logger = new Logger(SessionWatch.name);
  private readonly watches = new Set<Watch>();

  private readonly looking = setInterval(() => {
    if (!this.identity.hearsOthers) this.look('all');
  }, LOOK_EVERY_MS).unref();

  constructor(private readonly identity: Identity) {
    identity.onSessionsEnded((whose) => this.look(whose));
  }

  onModuleDestroy(): void {
    clearInterval(this.looking);
  }

  /** Aborts when the caller leaves (`CallerLeft`), or when his credential is good no more (an `AppError`). */
  over(request: ActorRequest, response: ServerResponse): AbortSignal {
    const { signal, leave } = this.watch(request.user, bearerIn(request) ?? '');
    const end = (): void => leave(response.writableFinished);
    if (response.destroyed) end();
    else response.once('close', end);
    return signal;
  }

  /** The same, for those who say themselves when the caller leaves, and whether he has had all that he wanted. */
  watch(actor: Actor, bearer: string): SessionWatching {
    const watch = { actor, bearer, abort: new AbortController() };
    this.watches.add(watch);
    return {
      signal: watch.abort.signal,
      leave: (isServed) => {
        this.watches.delete(watch);
        if (!isServed) watch.abort.abort(new CallerLeft());
      },
    };
  }

  private look(whose: Stale): void {
    for (const watch of this.watches) if (concerns(whose, watch.actor)) void this.ask(watch);
  }

  private async ask({ actor, bearer, abort }: Watch): Promise<void> {
    try {
      if (!(await this.identity.isStillIn(actor, bearer))) abort.abort(new AppError('unauthenticated'));
    } catch (err) {
      // Whoever cannot be asked has refused nobody.
      this.logger.debug({ msg: 'a session could not be asked about', err });
    }
  }
}

function concerns(whose: Stale, { userId, credential }: Actor): boolean {
  if (whose === 'all') return true;
  return 'userId' in whose ? whose.userId === userId : whose.credentialId === credential.id;
}
