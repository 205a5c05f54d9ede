/** What may be spent in a day and in a month; null: no limit. */
export interface QuotaLimits {
  readonly dailyRequests: number | null;
  readonly monthlyRequests: number | null;
  readonly dailyTokens: number | null;
  readonly monthlyTokens: number | null;
}

export function limitsOf({ dailyRequests, monthlyRequests, dailyTokens, monthlyTokens }: QuotaLimits): QuotaLimits {
  return { dailyRequests, monthlyRequests, dailyTokens, monthlyTokens };
}

/** As the API and the audit log write them. */
export function limitFacts({ dailyRequests, monthlyRequests, dailyTokens, monthlyTokens }: QuotaLimits): object {
  return {
    daily_requests: dailyRequests,
    monthly_requests: monthlyRequests,
    daily_tokens: dailyTokens,
    monthly_tokens: monthlyTokens,
  };
}
