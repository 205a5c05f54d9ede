import { ApiProperty } from '@nestjs/swagger';
import { AppError, type ErrorKind } from '#kernel';
import { errorWords, type Locale, reasonWords } from '#platform';
import type { ErrorShape } from '../../edge/docs/api-route.decorator';
import type { ForeignError } from '../../edge/doors/foreign-doors';

export class IntegerErrorResponse {
  @ApiProperty({ description: 'For people, in the language asked for', example: 'There is no such resource' })
  readonly error!: string;
}

/** The clients of this door know no others. */
const statuses: Readonly<Record<ErrorKind, 400 | 401 | 404 | 429 | 500>> = {
  invalid: 400,
  malformed: 400,
  unauthenticated: 401,
  forbidden: 401,
  not_found: 404,
  method_not_allowed: 404,
  // An answer is being written: it may be tried again, as after any other 429.
  conflict: 429,
  too_large: 400,
  unsupported_media: 400,
  range_not_satisfiable: 400,
  quota_exceeded: 429,
  rate_limited: 429,
  upstream_limited: 429,
  upstream_timeout: 500,
  upstream_down: 500,
  database_unavailable: 500,
  unavailable: 500,
  internal: 500,
};

export const integerErrors: ErrorShape = {
  type: IntegerErrorResponse,
  statusOf: (kind) => statuses[kind],
  exampleOf: (kind) => ({ error: wordsOf(new AppError(kind), 'en') }),
};

export function presentIntegerError(error: AppError, locale: Locale): ForeignError {
  const status = error.reason === 'idempotency_key_reused' ? 400 : statuses[error.kind];
  return { status, body: { error: wordsOf(error, locale) } };
}

export function wordsOf(error: AppError, locale: Locale): string {
  const [issue] = error.issues;
  return issue ? `${issue.field}: ${reasonWords(issue.reason, issue.params ?? {}, locale)}` : errorWords(error, locale);
}
