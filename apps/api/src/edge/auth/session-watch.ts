import type { ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { Identity, type Stale } from '#auth';
import { type Actor, AppError } from '#kernel';
import { CallerLeft } from '../answer/caller-left';
import { type ActorRequest } from './access.decorators';
import { bearerIn } from './bearer.strategy';

interface Watch {
  readonly actor: Actor;
  readonly bearer: string;
  readonly abort: AbortController;
}

/** Over those whose answers take long. */
@Injectable()
export class SessionWatch {
  private readonly watches = new Set<Watch>();

  constructor(private readonly identity: Identity) {
    identity.onSessionsEnded((whose) => this.look(whose));
  }

  /** Aborts when the caller leaves (`CallerLeft`), or when his credential is good no more (an `AppError`). */
  over(request: ActorRequest, response: ServerResponse): AbortSignal {
    const watch = { actor: request.user, bearer: bearerIn(request) ?? '', abort: new AbortController() };
    const end = (): void => {
      this.watches.delete(watch);
      if (!response.writableFinished) watch.abort.abort(new CallerLeft());
    };
    this.watches.add(watch);
    if (response.destroyed) end();
    else response.once('close', end);
    return watch.abort.signal;
  }

  private look(whose: Stale): void {
    for (const watch of this.watches) if (concerns(whose, watch.actor)) void this.ask(watch);
  }

  private async ask({ bearer, abort }: Watch): Promise<void> {
    try {
      await this.identity.actorOf(bearer);
    } catch (error) {
      // Whoever cannot be asked has refused nobody.
      if (error instanceof AppError && error.kind === 'unauthenticated') abort.abort(error);
    }
  }
}

function concerns(whose: Stale, { userId, credential }: Actor): boolean {
  if (whose === 'all') return true;
  return 'userId' in whose ? whose.userId === userId : whose.credentialId === credential.id;
}
