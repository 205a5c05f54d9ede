import { Controller, Get, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { ROOT_AND_API } from '../../edge/addresses';
import { Public } from '../../edge/auth/access.decorators';
import { RateLimit } from '../../edge/rates/rate-limit.decorator';
import { RawResponse } from '../../edge/answer/raw-response.decorator';
import { ApiRoute } from '../../edge/docs/api-route.decorator';
import { HealthResponse, LiveResponse, ReadyResponse } from './health.response';
import { HealthService } from './health.service';

@Public()
@RateLimit('none')
@ApiTags('System')
@Controller(ROOT_AND_API.map((base) => `${base}/health`))
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @ApiRoute({
    summary: 'How the service and what it depends on are doing',
    answers: HealthResponse,
    otherStatus: { status: 503, description: 'Unhealthy: the database is away' },
  })
  @RawResponse()
  @Get()
  async overall(@Res({ passthrough: true }) response: Response): Promise<HealthResponse> {
    const health = await this.health.overall();
    if (health.status === 'unhealthy') response.status(503);
    return health;
  }

  @ApiRoute({
    summary: 'Whether the process lives; looks at nothing else',
    answers: LiveResponse,
  })
  @RawResponse()
  @Get('live')
  live(): LiveResponse {
    return { status: 'alive' };
  }

  @ApiRoute({
    summary: 'Whether traffic may be sent here',
    answers: ReadyResponse,
    otherStatus: { status: 503, description: 'Not ready: no database, migrations pending, or draining' },
  })
  @RawResponse()
  @Get('ready')
  async ready(@Res({ passthrough: true }) response: Response): Promise<ReadyResponse> {
    const readiness = await this.health.readiness();
    if (readiness.status === 'not_ready') response.status(503);
    return readiness;
  }
}
