/**
 * Everything that can go wrong, once. A kind is what our code throws; `code` is what a caller reads.
 * Several kinds may share a code where the contract gives one code several statuses.
 *
 * `close` is the code with which a raw WebSocket ends when the error ends the connection itself, not just one event.
 */
interface ErrorRow {
  readonly code: string;
  readonly http: number;
  readonly grpc: number;
  readonly close: number | null;
}

const GRPC = {
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  aborted: 10,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

export const errorCatalogue = {
  invalid: { code: 'VALIDATION_ERROR', http: 422, grpc: GRPC.invalidArgument, close: null },
  malformed: { code: 'VALIDATION_ERROR', http: 400, grpc: GRPC.invalidArgument, close: 1007 },
  unauthenticated: { code: 'AUTHENTICATION_ERROR', http: 401, grpc: GRPC.unauthenticated, close: 4401 },
  forbidden: { code: 'AUTHORIZATION_ERROR', http: 403, grpc: GRPC.permissionDenied, close: null },
  not_found: { code: 'RESOURCE_NOT_FOUND', http: 404, grpc: GRPC.notFound, close: null },
  method_not_allowed: { code: 'METHOD_NOT_ALLOWED', http: 405, grpc: GRPC.unimplemented, close: null },
  conflict: { code: 'CONFLICT', http: 409, grpc: GRPC.aborted, close: null },
  too_large: { code: 'PAYLOAD_TOO_LARGE', http: 413, grpc: GRPC.invalidArgument, close: 1009 },
  unsupported_media: { code: 'UNSUPPORTED_MEDIA_TYPE', http: 415, grpc: GRPC.invalidArgument, close: 1003 },
  range_not_satisfiable: { code: 'VALIDATION_ERROR', http: 416, grpc: GRPC.invalidArgument, close: null },
  quota_exceeded: { code: 'QUOTA_EXCEEDED', http: 429, grpc: GRPC.resourceExhausted, close: null },
  rate_limited: { code: 'RATE_LIMIT_EXCEEDED', http: 429, grpc: GRPC.resourceExhausted, close: 1008 },
  upstream_limited: { code: 'OPENAI_API_ERROR', http: 429, grpc: GRPC.unavailable, close: null },
  upstream_timeout: { code: 'OPENAI_API_ERROR', http: 504, grpc: GRPC.deadlineExceeded, close: null },
  upstream_down: { code: 'OPENAI_API_ERROR', http: 503, grpc: GRPC.unavailable, close: null },
  database_unavailable: { code: 'DATABASE_ERROR', http: 503, grpc: GRPC.unavailable, close: null },
  unavailable: { code: 'SERVICE_UNAVAILABLE', http: 503, grpc: GRPC.unavailable, close: 1012 },
  internal: { code: 'INTERNAL_SERVER_ERROR', http: 500, grpc: GRPC.internal, close: 1011 },
} as const satisfies Record<string, ErrorRow>;

export type ErrorKind = keyof typeof errorCatalogue;
export type ErrorCode = (typeof errorCatalogue)[ErrorKind]['code'];
