import { ApiProperty } from '@nestjs/swagger';
import type { Account } from '#auth';
import { PaginationResponse } from '../../edge/presenters/pagination.response';
import { presentUser, UserResponse } from '../../edge/presenters/user.response';

export class AccountResponse extends UserResponse {
  @ApiProperty({ type: String, nullable: true, example: null, description: 'null: by VIP' })
  readonly plan!: string | null;

  @ApiProperty({ type: [String], example: ['user'] })
  readonly roles!: readonly string[];
}

export class AccountsResponse {
  @ApiProperty({ type: [AccountResponse] })
  readonly users!: readonly AccountResponse[];

  @ApiProperty()
  readonly pagination!: PaginationResponse;
}

export function presentAccount(account: Account): AccountResponse {
  return { ...presentUser(account), plan: account.plan, roles: account.roles };
}
