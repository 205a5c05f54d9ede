import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { Identity } from '#auth';
import { type Actor, AppError, type Permission, type Scope } from '#kernel';
import { requestContext } from '#platform';
import { RateLimitGuard } from '../rates/rate-limit.guard';
import { type ActorRequest, PERMISSION, PUBLIC, refuseWithoutScope, SCOPE, SESSION_ONLY } from './access.decorators';
import { BEARER, bearerIn } from './bearer.strategy';
import { DeniedAccess } from './denied-access';

/** Nobody passes without a credential that allows what the route asks for, unless the route is `@Public()`. */
@Injectable()
export class ActorGuard extends AuthGuard(BEARER) {
  constructor(
    private readonly reflector: Reflector,
    private readonly identity: Identity,
    private readonly rateLimit: RateLimitGuard,
    private readonly denied: DeniedAccess,
  ) {
    super();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http' || this.asks<boolean>(PUBLIC, context)) return true;
    const request = context.switchToHttp().getRequest<ActorRequest>();
    try {
      const bearer = bearerIn(request) ?? '';
      request.user = this.identity.knownActor(bearer) ?? (await this.identify(bearer, request, context));
      const log = requestContext.current();
      if (log) log.userId = request.user.userId;
      this.admit(request.user, request.method, context);
    } catch (refusal) {
      // Whoever is refused is counted as well: by address while he has no name.
      await this.rateLimit.canActivate(context);
      if (this.asks(PERMISSION, context)) await this.denied.note(request);
      throw refusal;
    }
    return true;
  }

  /** Called by Passport's guard with what its strategy made of the request. */
  override handleRequest<T>(error: unknown, user: T | false): T {
    if (error instanceof Error) throw error;
    if (user === false) throw new AppError('unauthenticated');
    return user;
  }

  private async identify(bearer: string, request: ActorRequest, context: ExecutionContext): Promise<Actor> {
    if (bearer.startsWith('sk-') || this.identity.hasProved(bearer)) return this.identity.actorOf(bearer);
    request.identity = this.identity;
    await super.canActivate(context);
    return request.user;
  }

  private admit(actor: Actor, method: string, context: ExecutionContext): void {
    const permission = this.asks<Permission>(PERMISSION, context);
    if (permission !== undefined && !actor.permissions.has(permission)) throw new AppError('forbidden');
    if (actor.credential.kind === 'session') return;
    const scope = this.asks<Scope>(SCOPE, context) ?? (method === 'GET' || method === 'HEAD' ? 'read' : 'write');
    if (this.asks(SESSION_ONLY, context)) throw new AppError('forbidden');
    refuseWithoutScope(actor, scope);
  }

  private asks<T>(key: symbol, context: ExecutionContext): T | undefined {
    return this.reflector.getAllAndOverride<T | undefined>(key, [context.getHandler(), context.getClass()]);
  }
}
