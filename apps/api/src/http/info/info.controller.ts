import { Controller, Get, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ModelCatalogue } from '#llm';
import { ROOT_AND_API } from '../../edge/addresses';
import { Public } from '../../edge/auth/access.decorators';
import { RawResponse } from '../../edge/answer/raw-response.decorator';
import { ApiRoute } from '../../edge/docs/api-route.decorator';
import { product } from '../../edge/product';
import { InfoResponse, RootResponse } from './info.response';

export const INFO_SETTINGS = Symbol('info settings');

export interface InfoSettings {
  readonly environment: InfoResponse['environment'];
  readonly docsEnabled: boolean;
  readonly compatEnabled: boolean;
}

@Public()
@ApiTags('System')
@Controller(ROOT_AND_API)
export class InfoController {
  constructor(
    @Inject(INFO_SETTINGS) private readonly settings: InfoSettings,
    private readonly models: ModelCatalogue,
  ) {}

  @ApiRoute({ summary: 'What this is and where to read on', answers: RootResponse })
  @RawResponse()
  @Get()
  root(): RootResponse {
    return { ...product, docs: this.settings.docsEnabled ? '/docs' : null, health: '/health' };
  }

  @ApiRoute({ summary: 'What this installation offers', answers: InfoResponse })
  @RawResponse()
  @Get('info')
  info(): InfoResponse {
    return {
      ...product,
      environment: this.settings.environment,
      supported_models: this.models.list().map((model) => model.id),
      features: { websocket: true, streaming: true, file_upload: true, compat: this.settings.compatEnabled },
    };
  }
}
