import { ApiProperty } from '@nestjs/swagger';
import type { Role } from '#auth';
import { type Permission, permissions } from '#kernel';

export class RoleResponse {
  @ApiProperty({ example: 'support' })
  readonly name!: string;

  @ApiProperty({ enum: permissions, isArray: true, example: ['users:read'] })
  readonly permissions!: readonly Permission[];

  @ApiProperty({ description: 'Built-in roles neither change nor go' })
  readonly built_in!: boolean;

  @ApiProperty({ format: 'date-time', example: '2026-01-01T12:00:00.000Z' })
  readonly created_at!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-01T12:00:00.000Z' })
  readonly updated_at!: string;
}

export class RolesResponse {
  @ApiProperty({ type: [RoleResponse] })
  readonly roles!: readonly RoleResponse[];
}

export class PermissionsResponse {
  @ApiProperty({ enum: permissions, isArray: true, example: permissions })
  readonly permissions!: readonly Permission[];
}

export function presentRole(role: Role): RoleResponse {
  return {
    name: role.name,
    permissions: role.permissions,
    built_in: role.builtIn,
    created_at: role.createdAt.toISOString(),
    updated_at: role.updatedAt.toISOString(),
  };
}
