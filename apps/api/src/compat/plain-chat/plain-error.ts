import { ApiProperty } from '@nestjs/swagger';
import { AppError, errorCatalogue, type ErrorKind } from '#kernel';
import { errorWords, type Locale, reasonWords } from '#platform';
import type { ErrorShape } from '../../edge/docs/api-route.decorator';

const words = {
  invalid: 'validation_error',
  malformed: 'validation_error',
  unauthenticated: 'authentication_error',
  forbidden: 'authorization_error',
  not_found: 'not_found',
  method_not_allowed: 'method_not_allowed',
  conflict: 'conflict',
  too_large: 'payload_too_large',
  unsupported_media: 'unsupported_media_type',
  quota_exceeded: 'quota_exceeded',
  rate_limited: 'rate_limit_exceeded',
  range_not_satisfiable: 'validation_error',
  upstream_limited: 'rate_limit_exceeded',
  upstream_timeout: 'api_timeout',
  upstream_down: 'openai_service_error',
  database_unavailable: 'database_error',
  unavailable: 'service_unavailable',
  internal: 'internal_error',
} as const satisfies Record<ErrorKind, string>;

export type PlainErrorWord = (typeof words)[ErrorKind];

const ERROR = { enum: [...new Set(Object.values(words))], example: 'rate_limit_exceeded' };

export class PlainErrorResponse {
  @ApiProperty(ERROR)
  readonly error!: PlainErrorWord;

  @ApiProperty({ description: 'For people, in the language asked for', example: 'Too many requests, try again later' })
  readonly message!: string;

  @ApiProperty({ type: 'integer', required: false, example: 60, description: 'Seconds after which to try again' })
  readonly retry_after?: number;
}

/** Of a stream that fails after it began. */
export class PlainFailure {
  @ApiProperty(ERROR)
  readonly code!: PlainErrorWord;

  @ApiProperty({ example: 'The language model cannot be reached' })
  readonly message!: string;
}

export const plainErrors: ErrorShape = {
  type: PlainErrorResponse,
  statusOf: (kind) => errorCatalogue[kind].http,
  exampleOf: (kind) => presentPlainError(new AppError(kind), 'en'),
};

export function presentPlainError(error: AppError, locale: Locale): PlainErrorResponse {
  const { code, message } = presentFailure(error, locale);
  const { retryAfter } = error;
  return { error: code, message, ...(retryAfter !== undefined && { retry_after: retryAfter }) };
}

export function presentFailure(error: AppError, locale: Locale): PlainFailure {
  const [issue] = error.issues;
  const message = issue
    ? `${issue.field}: ${reasonWords(issue.reason, issue.params ?? {}, locale)}`
    : errorWords(error, locale);
  return { code: words[error.kind], message };
}
