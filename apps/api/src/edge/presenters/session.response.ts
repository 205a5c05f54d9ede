import { ApiProperty } from '@nestjs/swagger';
import type { Session } from '#auth';

const EXAMPLE_TIME = '2026-01-01T12:00:00.000Z';

export class SessionResponse {
  @ApiProperty({ format: 'uuid', example: '019b76da-a800-7000-8000-000000000003' })
  readonly id!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Mozilla/5.0 …' })
  readonly user_agent!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '203.0.113.7' })
  readonly ip!: string | null;

  @ApiProperty({ format: 'date-time', example: EXAMPLE_TIME })
  readonly created_at!: string;

  @ApiProperty({ format: 'date-time', example: EXAMPLE_TIME, description: 'To the minute' })
  readonly last_used_at!: string;

  @ApiProperty({ description: 'The one this request was made with' })
  readonly current!: boolean;
}

export class SessionsResponse {
  @ApiProperty({ type: [SessionResponse] })
  readonly sessions!: readonly SessionResponse[];
}

export function presentSessions(sessions: readonly Session[], currentId: string): SessionsResponse {
  return {
    sessions: sessions.map((session) => ({
      id: session.id,
      user_agent: session.userAgent,
      ip: session.ip,
      created_at: session.createdAt.toISOString(),
      last_used_at: session.lastUsedAt.toISOString(),
      current: session.id === currentId,
    })),
  };
}
