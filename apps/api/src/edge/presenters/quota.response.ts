import { ApiProperty } from '@nestjs/swagger';
import type { QuotaLimits, QuotaStatus } from '#quota';

const AMOUNT = { type: 'integer', minimum: 0 } as const;
const ALLOWANCE = { ...AMOUNT, nullable: true, description: 'null: no limit' } as const;

export class AmountsResponse {
  @ApiProperty({ ...AMOUNT, example: 3 })
  readonly requests!: number;

  @ApiProperty({ ...AMOUNT, example: 420 })
  readonly tokens!: number;
}

export class AllowanceResponse {
  @ApiProperty({ ...ALLOWANCE, example: 50 })
  readonly requests!: number | null;

  @ApiProperty({ ...ALLOWANCE, example: 10_000 })
  readonly tokens!: number | null;
}

export class ResetTimesResponse {
  @ApiProperty({ format: 'date-time', example: '2026-01-02T00:00:00.000Z' })
  readonly day!: string;

  @ApiProperty({ format: 'date-time', example: '2026-02-01T00:00:00.000Z' })
  readonly month!: string;
}

export class QuotaResponse {
  @ApiProperty({ example: 'free', description: 'Its limits hold, unless an admin has set others for this user' })
  readonly plan!: string;

  @ApiProperty()
  readonly daily_limit!: AllowanceResponse;

  @ApiProperty()
  readonly monthly_limit!: AllowanceResponse;

  @ApiProperty({ description: 'What answers in the making may use counts as used until they end' })
  readonly usage_today!: AmountsResponse;

  @ApiProperty()
  readonly usage_this_month!: AmountsResponse;

  @ApiProperty()
  readonly remaining_today!: AllowanceResponse;

  @ApiProperty()
  readonly remaining_this_month!: AllowanceResponse;

  @ApiProperty()
  readonly resets_at!: ResetTimesResponse;
}

export function presentQuota({ plan, day, month }: QuotaStatus): QuotaResponse {
  return {
    plan,
    daily_limit: day.limit,
    monthly_limit: month.limit,
    usage_today: day.used,
    usage_this_month: month.used,
    remaining_today: day.remaining,
    remaining_this_month: month.remaining,
    resets_at: { day: day.resetsAt.toISOString(), month: month.resetsAt.toISOString() },
  };
}

export class LimitsResponse {
  @ApiProperty({ ...ALLOWANCE, example: 50 })
  readonly daily_requests!: number | null;

  @ApiProperty({ ...ALLOWANCE, example: 1_000 })
  readonly monthly_requests!: number | null;

  @ApiProperty({ ...ALLOWANCE, example: 10_000 })
  readonly daily_tokens!: number | null;

  @ApiProperty({ ...ALLOWANCE, example: 100_000 })
  readonly monthly_tokens!: number | null;
}

export function presentLimits(limits: QuotaLimits): LimitsResponse {
  return {
    daily_requests: limits.dailyRequests,
    monthly_requests: limits.monthlyRequests,
    daily_tokens: limits.dailyTokens,
    monthly_tokens: limits.monthlyTokens,
  };
}

/** In short, beside the account. */
export class QuotaSummaryResponse extends LimitsResponse {
  @ApiProperty({ ...AMOUNT, example: 3 })
  readonly requests_used_today!: number;

  @ApiProperty({ ...AMOUNT, example: 420 })
  readonly tokens_used_today!: number;
}

export function presentQuotaSummary({ day, month }: QuotaStatus): QuotaSummaryResponse {
  return {
    daily_requests: day.limit.requests,
    monthly_requests: month.limit.requests,
    daily_tokens: day.limit.tokens,
    monthly_tokens: month.limit.tokens,
    requests_used_today: day.used.requests,
    tokens_used_today: day.used.tokens,
  };
}
