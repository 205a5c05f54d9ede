import { Controller, Get, Param } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { ModelCatalogue } from '#llm';
import { RawResponse } from '../../edge/answer/raw-response.decorator';
import { RequireScope } from '../../edge/auth/access.decorators';
import { ApiRoute } from '../../edge/docs/api-route.decorator';
import { OPENAI_DOOR, OPENAI_TAG } from './addresses';
import { modelIn } from './model-in';
import { OpenAiModelResponse, OpenAiModelsResponse, presentOpenAiModel } from './models.response';
import { openAiErrors } from './openai-error';

@ApiTags(OPENAI_TAG)
@RequireScope('chat')
@Controller(`${OPENAI_DOOR}/models`)
export class OpenAiModelsController {
  constructor(private readonly catalogue: ModelCatalogue) {}

  @ApiRoute({
    summary: 'The language models on offer, as OpenAI lists its own',
    answers: OpenAiModelsResponse,
    errors: ['unauthenticated', 'forbidden'],
    errorShape: openAiErrors,
  })
  @RawResponse()
  @Get()
  list(): OpenAiModelsResponse {
    return { object: 'list', data: this.catalogue.list().map(presentOpenAiModel) };
  }

  @ApiRoute({
    summary: 'A language model',
    answers: OpenAiModelResponse,
    errors: ['unauthenticated', 'forbidden', 'not_found'],
    errorShape: openAiErrors,
  })
  @RawResponse()
  @ApiParam({ name: 'id', schema: { type: 'string' }, example: 'gpt-4o-mini', description: 'May have slashes in it' })
  @Get('*id')
  find(@Param('id') id: string | readonly string[]): OpenAiModelResponse {
    return presentOpenAiModel(modelIn(this.catalogue, [id].flat().join('/')));
  }
}
