import { ApiProperty } from '@nestjs/swagger';
import type { Figures, Overview } from '#statistics';

const COUNT = { type: 'integer', minimum: 0 } as const;

class UserCountsResponse {
  @ApiProperty({ ...COUNT, example: 42 })
  readonly total!: number;

  @ApiProperty({ ...COUNT, example: 40, description: 'Not deactivated' })
  readonly active!: number;

  @ApiProperty({ ...COUNT, example: 3 })
  readonly vip!: number;
}

class StatsFiguresResponse {
  @ApiProperty({ ...COUNT, example: 12, description: 'Who had a turn' })
  readonly active_users!: number;

  @ApiProperty({ ...COUNT, example: 2 })
  readonly new_users!: number;

  @ApiProperty({ ...COUNT, example: 20, description: 'Begun' })
  readonly conversations!: number;

  @ApiProperty({ ...COUNT, example: 160, description: 'Said, by users and models' })
  readonly messages!: number;

  @ApiProperty({ ...COUNT, example: 80, description: 'That were charged' })
  readonly turns!: number;

  @ApiProperty({ ...COUNT, example: 8_000 })
  readonly prompt_tokens!: number;

  @ApiProperty({ ...COUNT, example: 4_000 })
  readonly completion_tokens!: number;

  @ApiProperty({ ...COUNT, example: 12_000 })
  readonly total_tokens!: number;

  @ApiProperty({ minimum: 0, example: 0.0036, description: 'US dollars' })
  readonly cost!: number;

  @ApiProperty({ ...COUNT, example: 1, description: 'Turns that failed or broke off' })
  readonly errors!: number;

  @ApiProperty({
    type: Number,
    minimum: 0,
    nullable: true,
    example: 412.5,
    description: 'The mean in milliseconds, answers from the cache apart; null: there was none',
  })
  readonly time_to_first_token_ms!: number | null;
}

class StatsDayResponse extends StatsFiguresResponse {
  @ApiProperty({ format: 'date', example: '2026-01-01' })
  readonly day!: string;
}

export class StatsResponse {
  @ApiProperty()
  readonly users!: UserCountsResponse;

  @ApiProperty()
  readonly today!: StatsFiguresResponse;

  @ApiProperty()
  readonly last_7_days!: StatsFiguresResponse;

  @ApiProperty()
  readonly last_30_days!: StatsFiguresResponse;

  @ApiProperty({ type: [StatsDayResponse], description: 'Thirty days in their order, also those without anything' })
  readonly series!: readonly StatsDayResponse[];
}

export function presentStats({ accounts, today, last7Days, last30Days, days }: Overview): StatsResponse {
  return {
    users: accounts,
    today: presentFigures(today),
    last_7_days: presentFigures(last7Days),
    last_30_days: presentFigures(last30Days),
    series: days.map(({ day, ...figures }) => ({ day, ...presentFigures(figures) })),
  };
}

function presentFigures(figures: Figures): StatsFiguresResponse {
  const { firstTokens, firstTokenMs } = figures;
  return {
    active_users: figures.activeUsers,
    new_users: figures.newUsers,
    conversations: figures.conversations,
    messages: figures.messages,
    turns: figures.requests,
    prompt_tokens: figures.promptTokens,
    completion_tokens: figures.completionTokens,
    total_tokens: figures.totalTokens,
    cost: figures.costMicros / 1_000_000,
    errors: figures.failures,
    time_to_first_token_ms: firstTokens === 0 ? null : Math.round((firstTokenMs / firstTokens) * 10) / 10,
  };
}
