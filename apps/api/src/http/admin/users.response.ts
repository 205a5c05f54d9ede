import { ApiProperty } from '@nestjs/swagger';
import type { Account } from '#auth';
import type { UsageSummary } from '#quota';
import { PaginationResponse } from '../../edge/presenters/pagination.response';
import { AccountUsageResponse, presentAccountUsage } from './account-usage.response';
import { presentUser, UserResponse } from '../../edge/presenters/user.response';

export class AccountResponse extends UserResponse {
  @ApiProperty({ type: String, nullable: true, example: null, description: 'null: by VIP' })
  readonly plan!: string | null;

  @ApiProperty({ type: [String], example: ['user'] })
  readonly roles!: readonly string[];

  @ApiProperty({
    type: AccountUsageResponse,
    nullable: true,
    description: 'null: for whoever may not read it (usage:read)',
  })
  readonly usage!: AccountUsageResponse | null;
}

export class AccountsResponse {
  @ApiProperty({ type: [AccountResponse] })
  readonly users!: readonly AccountResponse[];

  @ApiProperty()
  readonly pagination!: PaginationResponse;
}

export function presentAccount(account: Account, usage: UsageSummary | undefined): AccountResponse {
  const { plan, roles } = account;
  return { ...presentUser(account), plan, roles, usage: usage === undefined ? null : presentAccountUsage(usage) };
}
