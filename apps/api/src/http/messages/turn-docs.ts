import { applyDecorators, UseFilters } from '@nestjs/common';
import { RequireScope } from '../../edge/auth/access.decorators';
import { RateLimit } from '../../edge/rates/rate-limit.decorator';
import { QuotaOfRefused } from '../../edge/errors/quota-of-refused.filter';

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
  applyDecorators(RateLimit('send'), RequireScope('chat'), UseFilters(QuotaOfRefused));
