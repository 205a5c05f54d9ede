import { ApiProperty } from '@nestjs/swagger';
import type { ApiKey, NewApiKey } from '#auth';
import { type Scope, scopes } from '#kernel';

export class ApiKeyResponse {
  @ApiProperty({ format: 'uuid', example: '019b76da-a800-7000-8000-000000000004' })
  readonly id!: string;

  @ApiProperty({ example: 'my notebook' })
  readonly name!: string;

  @ApiProperty({ description: 'How the key begins', example: 'sk-Xk2fT9a' })
  readonly prefix!: string;

  @ApiProperty({ enum: scopes, isArray: true, example: ['chat', 'read', 'write'] })
  readonly scopes!: readonly Scope[];

  @ApiProperty({ format: 'date-time', example: '2026-01-01T12:00:00.000Z' })
  readonly created_at!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  readonly expires_at!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null, description: 'To the minute' })
  readonly last_used_at!: string | null;
}

export class NewApiKeyResponse extends ApiKeyResponse {
  @ApiProperty({ description: 'Shown this once, and kept nowhere', example: 'sk-Xk2fT9a…' })
  readonly key!: string;
}

export class ApiKeysResponse {
  @ApiProperty({ type: [ApiKeyResponse] })
  readonly api_keys!: readonly ApiKeyResponse[];
}

export function presentApiKey(key: ApiKey): ApiKeyResponse {
  return {
    id: key.id,
    name: key.name,
    prefix: key.prefix,
    scopes: key.scopes,
    created_at: key.createdAt.toISOString(),
    expires_at: key.expiresAt?.toISOString() ?? null,
    last_used_at: key.lastUsedAt?.toISOString() ?? null,
  };
}

export function presentNewApiKey(key: NewApiKey): NewApiKeyResponse {
  return { ...presentApiKey(key), key: key.key };
}
