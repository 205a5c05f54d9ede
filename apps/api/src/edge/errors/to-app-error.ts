import { HttpException } from '@nestjs/common';
import { AppError, type ErrorKind } from '#kernel';
import { databaseErrorOf } from '#platform';

/** What Nest, Express and the body reader refuse by themselves, by the status they give it. */
const kindOfStatus: Readonly<Record<number, ErrorKind>> = {
  400: 'malformed',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  413: 'too_large',
  415: 'unsupported_media',
  422: 'invalid',
  429: 'rate_limited',
  503: 'unavailable',
};

/** Every thrown thing as an error of the catalogue; what nobody expected is `internal`. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const kind = kindOfStatus[statusOf(thrown) ?? 0];
  if (kind !== undefined) return new AppError(kind, { cause: thrown });
  return databaseErrorOf(thrown) ?? new AppError('internal', { cause: thrown });
}

function statusOf(thrown: unknown): number | undefined {
  if (thrown instanceof HttpException) return thrown.getStatus();
  const { status, expose } = (thrown ?? {}) as { status?: unknown; expose?: unknown };
  // `expose` is how http-errors, which Express and its body reader throw, mark what the client made.
  return typeof status === 'number' && expose === true ? status : undefined;
}
