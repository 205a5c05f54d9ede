import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { Request } from 'express';
import { AppError } from '#kernel';

const IDEMPOTENCY_KEY = 'Idempotency-Key';
const IDEMPOTENCY_KEY_LENGTH = { min: 1, max: 255 };

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

export const TakesIdempotencyKey = (): MethodDecorator =>
  ApiHeader({
    name: IDEMPOTENCY_KEY,
    required: false,
    description:
      'Printable ASCII characters without spaces. The same key and body within 24 hours are the same turn again, which is charged once; another body is a conflict',
    schema: {
      type: 'string',
      minLength: IDEMPOTENCY_KEY_LENGTH.min,
      maxLength: IDEMPOTENCY_KEY_LENGTH.max,
      pattern: '^[!-~]+$',
    },
  });
