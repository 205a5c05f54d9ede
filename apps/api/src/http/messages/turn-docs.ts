import { applyDecorators, UseInterceptors } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { ErrorKind } from '#kernel';
import { RequireScope } from '../../edge/auth/access.decorators';
import { IDEMPOTENCY_KEY, IDEMPOTENCY_KEY_LENGTH } from '../../edge/fields/idempotency-key.decorator';
import { RateLimit } from '../../edge/rates/rate-limit.decorator';
import { QuotaOfRefused } from './quota-headers';

/** What any turn can fail of. */
export const TURN_ERRORS: readonly ErrorKind[] = [
  'invalid',
  'unauthenticated',
  'forbidden',
  'not_found',
  'conflict',
  'quota_exceeded',
  'upstream_limited',
  'upstream_timeout',
  'upstream_down',
  'unavailable',
];

const QUOTA = 'What is left of today; without a limit it is left out';

export const STREAM_HEADERS = {
  'X-Conversation-ID': { description: 'Of a stream', schema: { type: 'string', format: 'uuid' } },
  'X-Quota-Requests-Remaining': { description: QUOTA, schema: { type: 'integer' } },
  'X-Quota-Tokens-Remaining': { description: QUOTA, schema: { type: 'integer' } },
} as const;

export const TURN_HEADERS = {
  ...STREAM_HEADERS,
  'X-Cache': {
    description: 'Of an answer that may come from the cache: whether it did',
    schema: { type: 'string', enum: ['HIT', 'MISS'] },
  },
};

/** It counts as a send, and API keys must be good for it. */
export const BeginsTurn = (): MethodDecorator =>
  applyDecorators(RateLimit('send'), RequireScope('chat'), UseInterceptors(QuotaOfRefused));

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
