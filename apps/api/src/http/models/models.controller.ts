import { Controller, Get, Headers } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Model, ModelCatalogue } from '#llm';
import { type Locale, Locales } from '#platform';
import { API } from '../../edge/addresses';
import { Public } from '../../edge/auth/access.decorators';
import { ApiRoute } from '../../edge/docs/api-route.decorator';
import { type ModelResponse, ModelsResponse } from './models.response';

@Public()
@ApiTags('Models')
@Controller(`${API}/models`)
export class ModelsController {
  constructor(
    private readonly catalogue: ModelCatalogue,
    private readonly locales: Locales,
  ) {}

  @ApiRoute({ summary: 'The language models on offer, the default first', answers: ModelsResponse })
  @Get()
  list(@Headers('accept-language') language: string | undefined): ModelsResponse {
    const locale = this.locales.pick(language);
    return { models: this.catalogue.list().map((model) => presentModel(model, locale)) };
  }
}

function presentModel(model: Model, locale: Locale): ModelResponse {
  return {
    id: model.id,
    name: model.name,
    description: model.description[locale],
    max_tokens: model.maxOutputTokens,
    cost_per_1k_tokens: model.costPer1kTokens,
    capabilities: model.capabilities,
  };
}
