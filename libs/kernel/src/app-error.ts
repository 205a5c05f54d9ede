import { errorCatalogue, type ErrorCode, type ErrorKind } from './error-catalogue';
import type { FieldIssue, Reason, ReasonParams } from './reason';

interface AppErrorOptions {
  /** Says more than the kind does; its words replace the kind's. */
  readonly reason?: Reason;
  readonly params?: ReasonParams;
  /** Shown to the caller as it is. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Whole seconds after which another try makes sense. */
  readonly retryAfter?: number;
  /** For the log alone. */
  readonly cause?: unknown;
}

/** An expected failure: quiet in the log, exact on the wire. Anything else that is thrown is a defect of ours. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly reason: Reason | undefined;
  readonly params: ReasonParams;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly issues: readonly FieldIssue[];
  readonly retryAfter: number | undefined;

  constructor(
    readonly kind: ErrorKind,
    options: AppErrorOptions = {},
    issues: readonly FieldIssue[] = [],
  ) {
    super(options.reason === undefined ? kind : `${kind}: ${options.reason}`, { cause: options.cause });
    this.reason = options.reason;
    this.params = options.params ?? {};
    this.details = options.details;
    this.retryAfter = options.retryAfter;
    this.issues = issues;
  }

  /** Input that breaks a rule; the first issue is the one shown first. */
  static invalid(...issues: readonly [FieldIssue, ...FieldIssue[]]): AppError {
    return new AppError('invalid', {}, issues);
  }

  get code(): ErrorCode {
    return errorCatalogue[this.kind].code;
  }
}
