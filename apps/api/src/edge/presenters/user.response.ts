import { ApiProperty } from '@nestjs/swagger';
import type { User } from '#users';

const EXAMPLE_ID = '019b76da-a800-7000-8000-000000000002';
const EXAMPLE_TIME = '2026-01-01T12:00:00.000Z';

export class UserResponse {
  @ApiProperty({ format: 'uuid', example: EXAMPLE_ID })
  readonly id!: string;

  @ApiProperty({ example: 'alice' })
  readonly username!: string;

  @ApiProperty({ type: String, nullable: true, example: 'alice@example.com' })
  readonly email!: string | null;

  @ApiProperty({ description: 'Deactivated users cannot sign in' })
  readonly is_active!: boolean;

  @ApiProperty({ description: 'Now: false once vip_expires_at has passed' })
  readonly is_vip!: boolean;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  readonly vip_expires_at!: string | null;

  @ApiProperty({ format: 'date-time', example: EXAMPLE_TIME })
  readonly created_at!: string;

  @ApiProperty({ format: 'date-time', example: EXAMPLE_TIME })
  readonly updated_at!: string;
}

export function presentUser(user: User): UserResponse {
  return {
    id: user.id,
    username: user.username,
    email: user.email,
    is_active: user.isActive,
    is_vip: user.isVip,
    vip_expires_at: user.vipExpiresAt?.toISOString() ?? null,
    created_at: user.createdAt.toISOString(),
    updated_at: user.updatedAt.toISOString(),
  };
}
