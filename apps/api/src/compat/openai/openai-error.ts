import { ApiProperty } from '@nestjs/swagger';
import { type AppError, errorCatalogue, type ErrorKind } from '#kernel';
import { errorTexts, errorWords, type Locale, reasonWords } from '#platform';
import type { ErrorShape } from '../../edge/docs/api-route.decorator';
import type { ForeignError } from '../../edge/doors/foreign-doors';

class OpenAiErrorDescription {
  @ApiProperty({ description: 'For people, in the language asked for', example: errorTexts.unauthenticated.en })
  readonly message!: string;

  @ApiProperty({ example: 'invalid_request_error' })
  readonly type!: string;

  @ApiProperty({ type: String, nullable: true, description: 'The field that is at fault', example: null })
  readonly param!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'invalid_api_key' })
  readonly code!: string | null;
}

export class OpenAiErrorResponse {
  @ApiProperty()
  readonly error!: OpenAiErrorDescription;
}

interface Words {
  /** Unless given, as everywhere. */
  readonly status?: number;
  readonly type: string;
  readonly code: string | null;
}

const REQUEST = 'invalid_request_error';
const SERVER = 'server_error';

const words: Readonly<Record<ErrorKind, Words>> = {
  invalid: { status: 400, type: REQUEST, code: 'invalid_value' },
  malformed: { type: REQUEST, code: null },
  unauthenticated: { type: REQUEST, code: 'invalid_api_key' },
  forbidden: { type: REQUEST, code: 'insufficient_permissions' },
  not_found: { type: REQUEST, code: 'not_found' },
  method_not_allowed: { type: REQUEST, code: 'method_not_supported' },
  conflict: { type: REQUEST, code: 'conflict' },
  too_large: { type: REQUEST, code: 'request_too_large' },
  unsupported_media: { type: REQUEST, code: 'unsupported_content_type' },
  range_not_satisfiable: { type: REQUEST, code: 'invalid_range' },
  quota_exceeded: { type: 'insufficient_quota', code: 'insufficient_quota' },
  rate_limited: { type: 'requests', code: 'rate_limit_exceeded' },
  upstream_limited: { type: 'requests', code: 'rate_limit_exceeded' },
  upstream_timeout: { type: SERVER, code: 'upstream_timeout' },
  upstream_down: { type: SERVER, code: 'upstream_unavailable' },
  database_unavailable: { type: SERVER, code: 'service_unavailable' },
  unavailable: { type: SERVER, code: 'service_unavailable' },
  internal: { type: SERVER, code: 'internal_error' },
};

/** What OpenAI has a word of its own for. */
const codeOfReason: Readonly<Record<string, string>> = {
  required: 'missing_required_parameter',
  must_be_string: 'invalid_type',
  must_be_integer: 'invalid_type',
  must_be_number: 'invalid_type',
  must_be_boolean: 'invalid_type',
  must_be_object: 'invalid_type',
  must_be_array: 'invalid_type',
  must_be_one_of: 'unsupported_value',
  no_such_model: 'model_not_found',
  too_long_for_model: 'context_length_exceeded',
};

const statusOf = (kind: ErrorKind): number => words[kind].status ?? errorCatalogue[kind].http;

export function presentOpenAiError(error: AppError, locale: Locale): ForeignError & { body: OpenAiErrorResponse } {
  const { type, code } = words[error.kind];
  const [issue] = error.issues;
  const { param, code: told } = (error.details ?? {}) as { param?: string; code?: string };
  const field = issue === undefined ? param : openAiPath(issue.field);
  const reason = issue?.reason ?? error.reason ?? '';
  const message =
    issue === undefined
      ? errorWords(error, locale)
      : `${field} ${reasonWords(issue.reason, issue.params ?? {}, locale)}`;
  return {
    status: statusOf(error.kind),
    body: {
      error: {
        message,
        type,
        param: field ?? (reason === 'no_such_model' ? 'model' : null),
        code: codeOfReason[reason] ?? told ?? code,
      },
    },
    // OpenAI's clients try again after any 429; what is used up stays so.
    ...(error.kind === 'quota_exceeded' && { headers: { 'x-should-retry': 'false' } }),
  };
}

export const openAiErrors: ErrorShape = {
  type: OpenAiErrorResponse,
  statusOf,
  exampleOf: (kind) => ({
    error: { message: errorTexts[kind].en, type: words[kind].type, param: null, code: words[kind].code },
  }),
};

/** `messages.0.role` is `messages[0].role` there. */
function openAiPath(field: string): string {
  return field.replace(/\.(\d+)(?=\.|$)/g, '[$1]');
}
