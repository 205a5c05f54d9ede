import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { ROUTE_ARGS_METADATA, RouteParamtypes } from '@nestjs/common/internal';
import type { Request } from 'express';
import type { Observable } from 'rxjs';
import { AppError, type FieldIssue } from '#kernel';

/** A route that reads no body knows none of its fields; no pipe would see them. */
@Injectable()
export class UnreadBodyInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() === 'http' && !readsBody(context)) {
      refuseFields(context.switchToHttp().getRequest<Request>().body);
    }
    return next.handle();
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
