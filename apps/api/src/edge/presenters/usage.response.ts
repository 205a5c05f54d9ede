import { ApiProperty } from '@nestjs/swagger';
import type { UsageFigures, UsageGroup, UsageReport, UsageRow } from '#quota';
import { csvRecord } from '../answer/csv';

/** A JSON answer is one piece; a CSV has all rows. */
export const MOST_USAGE_ROWS = 10_000;

const COUNT = { type: 'integer', minimum: 0 } as const;
const EXAMPLE_ID = '019b76da-a800-7000-8000-000000000002';
const only = (group: UsageGroup) => ({ required: false, description: `With group_by=${group}` });

export class UsageFiguresResponse {
  @ApiProperty({ ...COUNT, example: 3, description: 'Turns' })
  readonly requests!: number;

  @ApiProperty({ ...COUNT, example: 300 })
  readonly prompt_tokens!: number;

  @ApiProperty({ ...COUNT, example: 120 })
  readonly completion_tokens!: number;

  @ApiProperty({ ...COUNT, example: 420 })
  readonly total_tokens!: number;

  @ApiProperty({ minimum: 0, example: 0.000117, description: 'US dollars' })
  readonly cost!: number;
}

class OwnUsageRowResponse extends UsageFiguresResponse {
  @ApiProperty({ ...only('day'), format: 'date', example: '2026-01-01' })
  readonly day?: string;

  @ApiProperty({ ...only('model'), example: 'gpt-4o-mini' })
  readonly model?: string;

  @ApiProperty({
    ...only('conversation'),
    type: String,
    nullable: true,
    format: 'uuid',
    example: EXAMPLE_ID,
  })
  readonly conversation_id?: string | null;
}

class UsageRowResponse extends UsageFiguresResponse {
  @ApiProperty({ ...only('day'), format: 'date', example: '2026-01-01' })
  readonly day?: string;

  @ApiProperty({ ...only('user'), format: 'uuid', example: EXAMPLE_ID })
  readonly user_id?: string;

  @ApiProperty({
    type: String,
    nullable: true,
    required: false,
    example: 'alice',
    description: 'With group_by=user; null: gone by now',
  })
  readonly username?: string | null;

  @ApiProperty({ ...only('model'), example: 'gpt-4o-mini' })
  readonly model?: string;

  @ApiProperty({ ...only('plan'), example: 'free' })
  readonly plan?: string;
}

class UsageTotalsResponse {
  @ApiProperty({ description: 'Of all rows, also of those that are not shown' })
  readonly totals!: UsageFiguresResponse;

  @ApiProperty({ description: `true: there are more than the ${MOST_USAGE_ROWS} rows shown; the CSV has all of them` })
  readonly truncated!: boolean;
}

export class OwnUsageResponse extends UsageTotalsResponse {
  @ApiProperty({ type: [OwnUsageRowResponse] })
  readonly usage!: readonly OwnUsageRowResponse[];
}

export class UsageReportResponse extends UsageTotalsResponse {
  @ApiProperty({ type: [UsageRowResponse] })
  readonly usage!: readonly UsageRowResponse[];
}

const keyNames = {
  day: 'day',
  user: 'user_id',
  model: 'model',
  plan: 'plan',
  conversation: 'conversation_id',
} as const;

export function presentUsageReport(groupBy: UsageGroup, { rows, total, isCut }: UsageReport) {
  return { usage: rows.map((row) => presentRow(groupBy, row)), totals: presentFigures(total), truncated: isCut };
}

export async function* usageCsv(groupBy: UsageGroup, pages: AsyncIterable<readonly UsageRow[]>) {
  const name = groupBy === 'user' ? ['username'] : [];
  const figures = ['requests', 'prompt_tokens', 'completion_tokens', 'total_tokens', 'cost'];
  let head = csvRecord([keyNames[groupBy], ...name, ...figures]);
  for await (const page of pages) {
    yield head + page.map((row) => csvRecord(Object.values(presentRow(groupBy, row)))).join('');
    head = '';
  }
}

function presentRow(groupBy: UsageGroup, { key, username, ...figures }: UsageRow) {
  return { [keyNames[groupBy]]: key, ...(groupBy === 'user' && { username }), ...presentFigures(figures) };
}

function presentFigures(figures: UsageFigures): UsageFiguresResponse {
  return {
    requests: figures.requests,
    prompt_tokens: figures.promptTokens,
    completion_tokens: figures.completionTokens,
    total_tokens: figures.totalTokens,
    cost: figures.costMicros / 1_000_000,
  };
}
