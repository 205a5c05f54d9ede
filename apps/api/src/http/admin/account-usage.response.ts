import { ApiProperty } from '@nestjs/swagger';
import type { UsageSummary, UsedAmounts } from '#quota';

const COUNT = { type: 'integer', minimum: 0 } as const;

class UsedResponse {
  @ApiProperty({ ...COUNT, example: 3 })
  readonly requests!: number;

  @ApiProperty({ ...COUNT, example: 420 })
  readonly total_tokens!: number;

  @ApiProperty({ minimum: 0, example: 0.000117, description: 'US dollars' })
  readonly cost!: number;
}

/** Resets of the quota change nothing here. */
export class AccountUsageResponse {
  @ApiProperty()
  readonly today!: UsedResponse;

  @ApiProperty()
  readonly this_month!: UsedResponse;

  @ApiProperty({ description: 'All there ever was' })
  readonly ever!: UsedResponse;
}

export function presentAccountUsage({ today, thisMonth, ever }: UsageSummary): AccountUsageResponse {
  return { today: presentUsed(today), this_month: presentUsed(thisMonth), ever: presentUsed(ever) };
}

function presentUsed({ requests, totalTokens, costMicros }: UsedAmounts): UsedResponse {
  return { requests, total_tokens: totalTokens, cost: costMicros / 1_000_000 };
}
