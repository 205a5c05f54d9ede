import { AppError, type ErrorKind } from '#kernel';

/** What a caller reads in `details.reason`, and what becomes of each. */
const reasons = {
  limited: { kind: 'upstream_limited', isOutage: false },
  timeout: { kind: 'upstream_timeout', isOutage: true },
  unreachable: { kind: 'upstream_down', isOutage: true },
  failing: { kind: 'upstream_down', isOutage: true },
  broken_off: { kind: 'upstream_down', isOutage: true },
  refused: { kind: 'upstream_down', isOutage: false },
  circuit_open: { kind: 'upstream_down', isOutage: false },
} as const satisfies Record<string, { kind: ErrorKind; isOutage: boolean }>;

export type FailureReason = keyof typeof reasons;

/** What a caller's own request was refused for, in the upstream's words. */
export interface Complaint {
  readonly words: string;
  readonly param: string | undefined;
}

const LONGEST_COMPLAINT = 500;
/** Also where an upstream has blackened some of it. */
const KEYS = /\b(?:sk|pk)-[\w*.-]{4,}|\bBearer \S+/gi;

interface FailureOptions {
  /** The HTTP status, where there was one. */
  readonly status?: number;
  /** The upstream's own word for it. */
  readonly code?: string;
  readonly retryAfterMs?: number;
  readonly complaint?: Complaint | undefined;
  readonly cause?: unknown;
}

/**
 * Why an upstream gave no answer, or no whole one. Holds no words of the upstream, which may quote a key or a text, but
 * for those that are meant for whoever wrote the request.
 */
export class UpstreamFailure extends Error {
  override readonly name = 'UpstreamFailure';
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly complaint: Complaint | undefined;

  constructor(
    readonly reason: FailureReason,
    options: FailureOptions = {},
  ) {
    super([reason, options.status, options.code].filter((part) => part !== undefined).join(' '), {
      cause: options.cause,
    });
    this.status = options.status;
    this.code = options.code;
    this.retryAfterMs = options.retryAfterMs;
    this.complaint = options.complaint;
  }

  /** Whether the next try may fare better. Not after our own time limit: the caller has waited long enough. */
  get isPassing(): boolean {
    if (this.status !== undefined) return [408, 409, 429].includes(this.status) || this.status >= 500;
    return this.reason !== 'timeout';
  }

  /** Whether it tells that the upstream is in trouble, and not just that it did not like this call. */
  get isOutage(): boolean {
    return reasons[this.reason].isOutage;
  }

  /** Whether it may be the key that is at fault. */
  get isRefusal(): boolean {
    return this.status === 401 || this.status === 403 || this.status === 404;
  }

  toAppError(): AppError {
    const retryAfter = this.retryAfterMs === undefined ? undefined : Math.max(1, Math.ceil(this.retryAfterMs / 1000));
    return new AppError(reasons[this.reason].kind, { details: { reason: this.reason }, retryAfter, cause: this });
  }

  /** For whoever wrote the request himself. */
  toCallersError({ words, param }: Complaint): AppError {
    return new AppError('malformed', {
      reason: 'refused_by_model',
      params: { words },
      cause: this,
      details: { reason: this.reason, ...(this.code && { code: this.code }), ...(param && { param }) },
    });
  }
}

/** Of what a request rejects with: its errors carry a status where the upstream answered. `now` is for dates to wait for. */
export function failureOf(error: unknown, now: number): UpstreamFailure {
  const { status, headers, code, error: body } = error as Partial<Refusal>;
  if (typeof status !== 'number') return new UpstreamFailure('unreachable', { code: wordOf(code), cause: error });
  return new UpstreamFailure(reasonOf(status), {
    status,
    code: wordOf(code),
    retryAfterMs: millisecondsOf(headers?.get('retry-after'), now),
    complaint: status === 400 || status === 422 ? complaintIn(body) : undefined,
  });
}

interface Refusal {
  readonly status: unknown;
  readonly headers: Headers;
  readonly code: unknown;
  /** The `error` of the body. */
  readonly error: unknown;
}

function complaintIn(error: unknown): Complaint | undefined {
  const { message, param } = (error ?? {}) as { message?: unknown; param?: unknown };
  if (typeof message !== 'string' || message === '') return undefined;
  const words = message.replace(KEYS, '***').slice(0, LONGEST_COMPLAINT).toWellFormed();
  return { words, param: typeof param === 'string' && /^[\w.[\]]{1,100}$/.test(param) ? param : undefined };
}

function reasonOf(status: number): FailureReason {
  if (status === 429) return 'limited';
  if (status === 408 || status === 504) return 'timeout';
  return status >= 500 ? 'failing' : 'refused';
}

/** Seconds, or a date. */
function millisecondsOf(retryAfter: string | null | undefined, now: number): number | undefined {
  if (!retryAfter) return undefined;
  const ms = /^\d+(\.\d+)?$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** A code is one word; anything else could be a message with something private in it. */
export function wordOf(code: unknown): string | undefined {
  return typeof code === 'string' && /^\w{1,64}$/.test(code) ? code : undefined;
}
