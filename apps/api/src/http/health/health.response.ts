import { ApiProperty } from '@nestjs/swagger';

const STATUSES = ['healthy', 'degraded', 'unhealthy'] as const;
const DATABASE_STATES = ['healthy', 'unhealthy'] as const;
const REDIS_STATES = ['disabled', 'healthy', 'unhealthy'] as const;
const OPENAI_STATES = ['not_configured', 'healthy', 'unhealthy'] as const;

export class ServicesResponse {
  @ApiProperty({ enum: DATABASE_STATES, example: 'healthy' })
  readonly database!: (typeof DATABASE_STATES)[number];

  @ApiProperty({
    enum: REDIS_STATES,
    example: 'disabled',
    description: '`disabled` without REDIS_URL: everything is kept in memory',
  })
  readonly redis!: (typeof REDIS_STATES)[number];

  @ApiProperty({
    enum: OPENAI_STATES,
    example: 'not_configured',
    description:
      '`not_configured` without a key: the demo model answers; `unhealthy` while it is not called, since calls failed',
  })
  readonly openai!: (typeof OPENAI_STATES)[number];
}

export class HealthResponse {
  @ApiProperty({ enum: STATUSES, example: 'healthy' })
  readonly status!: (typeof STATUSES)[number];

  @ApiProperty({ format: 'date-time', example: '2026-01-01T12:00:00.000Z' })
  readonly timestamp!: string;

  @ApiProperty({ example: '0.1.0' })
  readonly version!: string;

  @ApiProperty()
  readonly services!: ServicesResponse;

  @ApiProperty({ description: 'Seconds since this process started', example: 86_400.5 })
  readonly uptime!: number;
}

export class LiveResponse {
  @ApiProperty({ enum: ['alive'] })
  readonly status!: 'alive';
}

const READY_STATES = ['ready', 'not_ready'] as const;

export class ReadyResponse {
  @ApiProperty({ enum: READY_STATES, example: 'ready' })
  readonly status!: (typeof READY_STATES)[number];

  @ApiProperty({ description: 'The database answers' })
  readonly database!: boolean;

  @ApiProperty({ description: 'Every migration this build knows has been applied' })
  readonly migrations!: boolean;

  @ApiProperty({ description: 'The process is ending and refuses new work' })
  readonly draining!: boolean;
}
