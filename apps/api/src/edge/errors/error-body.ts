import type { AppError, ErrorCode } from '#kernel';
import { errorWords, type Locale, reasonWords } from '#platform';

/** The `error` of the envelope, of an event and of a stream alike. */
export interface ErrorView {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

export function presentError(error: AppError, locale: Locale): ErrorView {
  const details = detailsOf(error, locale);
  return {
    code: error.code,
    message: errorWords(error, locale),
    ...(details === undefined ? {} : { details }),
  };
}

function detailsOf(error: AppError, locale: Locale): Readonly<Record<string, unknown>> | undefined {
  const errors = error.issues.map(({ field, reason, params }) => ({
    field,
    issue: reasonWords(reason, params ?? {}, locale),
  }));
  const [first] = errors;
  if (first !== undefined) return { ...first, errors, ...error.details };
  if (error.retryAfter !== undefined) return { retry_after: error.retryAfter, ...error.details };
  return error.details;
}
