import { AppError } from '#kernel';
import type { QuotaLimits } from '#quota';
import { IntegerField } from '../../edge/fields/integer.field';

/** More than anybody spends, and exact in every language's numbers. */
const MOST = 1_000_000_000_000;

export const LimitField = (example: number, { optional = false } = {}): PropertyDecorator =>
  IntegerField({ min: 0, max: MOST, nullable: true, optional, example, description: 'null: no limit' });

const limitNames = {
  daily_requests: 'dailyRequests',
  monthly_requests: 'monthlyRequests',
  daily_tokens: 'dailyTokens',
  monthly_tokens: 'monthlyTokens',
} as const;

export type LimitFields = { readonly [Field in keyof typeof limitNames]?: number | null };

/** Those that are given, at least one. */
export function givenLimits(fields: LimitFields): Partial<QuotaLimits> {
  const given = Object.entries(limitNames).flatMap(([field, name]) => {
    const limit = fields[field as keyof LimitFields];
    return limit === undefined ? [] : [[name, limit] as const];
  });
  if (given.length === 0) throw AppError.invalid({ field: 'daily_requests', reason: 'required' });
  return Object.fromEntries(given);
}

export function limitsIn(fields: Required<LimitFields>): QuotaLimits {
  return {
    dailyRequests: fields.daily_requests,
    monthlyRequests: fields.monthly_requests,
    dailyTokens: fields.daily_tokens,
    monthlyTokens: fields.monthly_tokens,
  };
}

/** What of the four is left out stays as it is. */
export class SomeLimitsRequest {
  @LimitField(100, { optional: true })
  daily_requests?: number | null;

  @LimitField(2_000, { optional: true })
  monthly_requests?: number | null;

  @LimitField(20_000, { optional: true })
  daily_tokens?: number | null;

  @LimitField(200_000, { optional: true })
  monthly_tokens?: number | null;
}
