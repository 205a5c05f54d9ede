import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { AppError } from '#kernel';

export const IDEMPOTENCY_KEY = 'Idempotency-Key';
export const IDEMPOTENCY_KEY_LENGTH = { min: 1, max: 255 };

/** Under which the same request is the same again. */
export const IdempotencyKey = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  keyIn(context.switchToHttp().getRequest()),
);

function keyIn(request: Request): string | undefined {
  const key = request.get(IDEMPOTENCY_KEY);
  if (key !== undefined) refuseOddKey(key, IDEMPOTENCY_KEY);
  return key;
}

export function refuseOddKey(key: string, field: string): void {
  const { min, max } = IDEMPOTENCY_KEY_LENGTH;
  if (key.length < min || key.length > max) {
    throw AppError.invalid({ field, reason: 'length', params: { min, max } });
  }
  if (!/^[!-~]+$/.test(key)) throw AppError.invalid({ field, reason: 'must_be_printable_ascii' });
}
