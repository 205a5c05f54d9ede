import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ROUTE_ARGS_METADATA, RouteParamtypes } from '@nestjs/common/internal';
import type { Request } from 'express';
import { AppError, type FieldIssue } from '#kernel';
import { foundOnce } from './found-once';

/** A route that reads no body knows none of its fields; no pipe would see them. */
@Injectable()
export class UnreadBodyGuard implements CanActivate {
  private readonly readers = new WeakMap<object, boolean>();

  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const body: unknown = context.switchToHttp().getRequest<Request>().body;
    if (body !== undefined && !this.readsBody(context)) refuseFields(body);
    return true;
  }

  private readsBody(context: ExecutionContext): boolean {
    return foundOnce(this.readers, context.getHandler(), () => readsBody(context));
  }
}

function readsBody(context: ExecutionContext): boolean {
  const parameters: unknown = Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), context.getHandler().name);
  return Object.keys(parameters ?? {}).some((key) => key.startsWith(`${RouteParamtypes.BODY}:`));
}

function refuseFields(body: unknown): void {
  const [first, ...rest] = Object.keys(body ?? {}).map((field): FieldIssue => ({ field, reason: 'unknown_field' }));
  if (first !== undefined) throw AppError.invalid(first, ...rest);
}
