import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { AppError } from '#kernel';
import { LAST_EVENT_ID, OFFSETS } from './turns.request';

/** Where a client that lost its stream wants to go on. */
export const LastEventId = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  offsetIn(context.switchToHttp().getRequest()),
);

function offsetIn(request: Request): number | undefined {
  const id = request.get(LAST_EVENT_ID);
  // An offset says it by itself.
  if (id === undefined || 'offset' in request.query) return undefined;
  const { min, max } = OFFSETS;
  if (!/^\d{1,15}$/.test(id)) throw AppError.invalid({ field: LAST_EVENT_ID, reason: 'must_be_integer' });
  if (Number(id) > max) throw AppError.invalid({ field: LAST_EVENT_ID, reason: 'range', params: { min, max } });
  return Number(id);
}
