import { ApiProperty } from '@nestjs/swagger';
import { capabilities, type Capability } from '#llm';

class CostResponse {
  @ApiProperty({ example: 0.00015 })
  readonly input!: number;

  @ApiProperty({ example: 0.0006 })
  readonly output!: number;
}

export class ModelResponse {
  @ApiProperty({ example: 'gpt-4o-mini' })
  readonly id!: string;

  @ApiProperty({ example: 'GPT-4o mini' })
  readonly name!: string;

  @ApiProperty({ description: 'In the language asked for', example: 'Fast and affordable, for everyday tasks' })
  readonly description!: string;

  @ApiProperty({ type: 'integer', description: 'The longest answer it can give', example: 16_384 })
  readonly max_tokens!: number;

  @ApiProperty({ description: 'US dollars' })
  readonly cost_per_1k_tokens!: CostResponse;

  @ApiProperty({ enum: capabilities, isArray: true, example: ['chat', 'vision'] })
  readonly capabilities!: readonly Capability[];
}

export class ModelsResponse {
  @ApiProperty({ type: [ModelResponse] })
  readonly models!: readonly ModelResponse[];
}
