import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { Request } from 'express';
import type { Identity } from '#auth';
import { type Actor, AppError, type Permission, type Scope } from '#kernel';

export const PUBLIC = Symbol('public');
export const PERMISSION = Symbol('permission');
export const SCOPE = Symbol('scope');
export const SESSION_ONLY = Symbol('session only');

/** In the document, until it is made: an operation that needs no credential. */
export const PUBLIC_EXTENSION = 'x-public';

type RouteDecorator = MethodDecorator & ClassDecorator;

/** Needs no credential. Everything that does not say so needs one. */
export const Public = (): RouteDecorator =>
  applyDecorators(SetMetadata(PUBLIC, true), ApiExtension(PUBLIC_EXTENSION, true));

/** The handler reads the credential itself, since it takes one that the guard would not. */
export const ReadsCredential = (): RouteDecorator => SetMetadata(PUBLIC, true);

/** For whoever holds a role that allows it, signed in as a person. */
export const RequirePermission = (permission: Permission): RouteDecorator =>
  applyDecorators(SetMetadata(PERMISSION, permission), SetMetadata(SESSION_ONLY, true));

/** What an API key must be good for; unless said, `read` for what only looks and `write` for the rest. */
export const RequireScope = (scope: Scope): RouteDecorator => SetMetadata(SCOPE, scope);

/** A person may do what an API key must be good for. */
export function refuseWithoutScope({ credential }: Actor, scope: Scope): void {
  if (credential.kind === 'api_key' && !credential.scopes.has(scope)) throw new AppError('forbidden');
}

/** No API key, however good, may do this. */
export const SessionOnly = (): RouteDecorator => SetMetadata(SESSION_ONLY, true);

export interface ActorRequest extends Request {
  user: Actor;
  /** Set for Passport's strategy. */
  identity: Identity;
}

export const CurrentActor = createParamDecorator(
  (_data: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<ActorRequest>().user,
);
