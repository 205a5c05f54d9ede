import type { ApiAnswer } from './api-client';

/** The envelope of every answer: `data` where it succeeded, `error` where it did not. */
export interface Reply<T = unknown> {
  readonly success: boolean;
  readonly data: T;
  readonly message: string;
  readonly timestamp: string;
  readonly request_id: string;
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly details?: {
      readonly field?: string;
      readonly issue?: string;
      readonly errors?: readonly { readonly field: string; readonly issue: string }[];
      readonly retry_after?: number;
    };
  };
}

/** Such as `422 VALIDATION_ERROR username`; of a success, the status alone. */
export function outcome({ status, body }: ApiAnswer<Reply>): string {
  if (body.success) return String(status);
  return `${status} ${body.error.code} ${body.error.details?.field ?? ''}`.trim();
}

export const UNAUTHENTICATED = '401 AUTHENTICATION_ERROR';
export const FORBIDDEN = '403 AUTHORIZATION_ERROR';
export const NOT_FOUND = '404 RESOURCE_NOT_FOUND';
export const CONFLICT = '409 CONFLICT';
export const RATE_LIMITED = '429 RATE_LIMIT_EXCEEDED';
export const invalid = (field: string): string => `422 VALIDATION_ERROR ${field}`;
