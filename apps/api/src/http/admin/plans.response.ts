import { ApiProperty } from '@nestjs/swagger';
import type { Plan } from '#quota';
import { LimitsResponse, presentLimits } from '../../edge/presenters/quota.response';

export class PlanResponse extends LimitsResponse {
  @ApiProperty({ example: 'free' })
  readonly name!: string;

  @ApiProperty({ description: 'Built-in plans stay; their figures may change' })
  readonly built_in!: boolean;

  @ApiProperty({ format: 'date-time', example: '2026-01-01T12:00:00.000Z' })
  readonly created_at!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-01T12:00:00.000Z' })
  readonly updated_at!: string;
}

export class PlansResponse {
  @ApiProperty({ type: [PlanResponse] })
  readonly plans!: readonly PlanResponse[];
}

export function presentPlan(plan: Plan): PlanResponse {
  return {
    name: plan.name,
    ...presentLimits(plan),
    built_in: plan.builtIn,
    created_at: plan.createdAt.toISOString(),
    updated_at: plan.updatedAt.toISOString(),
  };
}
