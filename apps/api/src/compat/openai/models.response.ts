import { ApiProperty } from '@nestjs/swagger';
import type { Model } from '#llm';
import { product } from '../../edge/product';

export class OpenAiModelResponse {
  @ApiProperty({ example: 'gpt-4o-mini' })
  readonly id!: string;

  @ApiProperty({ enum: ['model'] })
  readonly object!: 'model';

  @ApiProperty({ type: 'integer', description: 'Nobody keeps when; always 0', example: 0 })
  readonly created!: number;

  @ApiProperty({ example: product.name })
  readonly owned_by!: string;
}

export class OpenAiModelsResponse {
  @ApiProperty({ enum: ['list'] })
  readonly object!: 'list';

  @ApiProperty({ type: [OpenAiModelResponse] })
  readonly data!: readonly OpenAiModelResponse[];
}

export function presentOpenAiModel({ id }: Model): OpenAiModelResponse {
  return { id, object: 'model', created: 0, owned_by: product.name };
}
