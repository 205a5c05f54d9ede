import { ApiProperty } from '@nestjs/swagger';
import type { Account } from '#auth';
import { type Actor, type Permission, permissions } from '#kernel';
import { presentUser, UserResponse } from '../../edge/presenters/user.response';

export class MeResponse extends UserResponse {
  @ApiProperty({ type: [String], example: ['user'] })
  readonly roles!: readonly string[];

  @ApiProperty({ enum: permissions, isArray: true, example: [], description: 'What the roles allow, taken together' })
  readonly permissions!: readonly Permission[];
}

export function presentMe(account: Account, actor: Actor): MeResponse {
  return { ...presentUser(account), roles: account.roles, permissions: [...actor.permissions] };
}
