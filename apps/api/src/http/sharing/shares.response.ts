import { ApiProperty } from '@nestjs/swagger';
import type { Share } from '#sharing';
import { API } from '../../edge/addresses';

const EXAMPLE_TIME = '2026-01-01T12:00:00.000Z';
const EXAMPLE_TOKEN = 'q3Zc0xkYl1s5nJ8dW2fT7vB4mH6gR9aE-uPiOyLtKwQ';

export class ShareResponse {
  @ApiProperty({ format: 'uuid', example: '019b76da-a800-7000-8000-000000000012' })
  readonly id!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: EXAMPLE_TOKEN,
    description: 'For a page of your own. null: kept under an encryption key that this server has no longer',
  })
  readonly token!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: `https://chat.example.com/${API}/shared/${EXAMPLE_TOKEN}`,
    description: 'Where it is read; null with the token',
  })
  readonly url!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: EXAMPLE_TIME })
  readonly expires_at!: string | null;

  @ApiProperty({ example: false })
  readonly has_password!: boolean;

  @ApiProperty({ type: 'integer', example: 0 })
  readonly view_count!: number;

  @ApiProperty({ format: 'date-time', example: EXAMPLE_TIME })
  readonly created_at!: string;
}

export class SharesResponse {
  @ApiProperty({ type: [ShareResponse] })
  readonly shares!: readonly ShareResponse[];
}

export function presentShare(share: Share, publicUrl: string): ShareResponse {
  const { id, token, expiresAt, hasPassword, viewCount, createdAt } = share;
  return {
    id,
    token,
    url: token && `${publicUrl}/${API}/shared/${token}`,
    expires_at: expiresAt?.toISOString() ?? null,
    has_password: hasPassword,
    view_count: viewCount,
    created_at: createdAt.toISOString(),
  };
}
