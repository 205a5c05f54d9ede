import { ApiProperty } from '@nestjs/swagger';
import type { Account } from '#auth';
import { type Actor, type Permission, permissions } from '#kernel';
import type { QuotaStatus } from '#quota';
import { presentUser, UserResponse } from '../../edge/presenters/user.response';
import { presentQuotaSummary, QuotaSummaryResponse } from '../../edge/presenters/quota.response';

export class MeResponse extends UserResponse {
  @ApiProperty({ type: [String], example: ['user'] })
  readonly roles!: readonly string[];

  @ApiProperty({ enum: permissions, isArray: true, example: [], description: 'What the roles allow, taken together' })
  readonly permissions!: readonly Permission[];

  @ApiProperty()
  readonly quota!: QuotaSummaryResponse;
}

export function presentMe(account: Account, actor: Actor, quota: QuotaStatus): MeResponse {
  return {
    ...presentUser(account),
    roles: account.roles,
    permissions: [...actor.permissions],
    quota: presentQuotaSummary(quota),
  };
}
