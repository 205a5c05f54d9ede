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

const COUNTS = { type: 'object', additionalProperties: { type: 'integer' } } as const;

export class DeletedAccountResponse {
  @ApiProperty({
    ...COUNTS,
    example: { conversations: 3, messages: 14, shares: 1, files: 2, sessions: 1, api_keys: 0 },
    description: 'How much of each was deleted',
  })
  readonly removed!: Readonly<Record<string, number>>;

  @ApiProperty({
    ...COUNTS,
    example: { usage_entries: 7, audit_entries: 5 },
    description: 'How much is kept, without saying whose it was',
  })
  readonly kept!: Readonly<Record<string, number>>;
}

export function presentMe(account: Account, actor: Actor, quota: QuotaStatus): MeResponse {
  return Object.assign(presentUser(account), {
    roles: account.roles,
    permissions: [...actor.permissions],
    quota: presentQuotaSummary(quota),
  });
}
