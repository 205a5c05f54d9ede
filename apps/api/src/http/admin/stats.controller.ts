import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Statistics } from '#statistics';
import { API } from '../../edge/addresses';
import { RequirePermission } from '../../edge/auth/access.decorators';
import { ApiRoute } from '../../edge/docs/api-route.decorator';
import { presentStats, StatsResponse } from './stats.response';

@ApiTags('Administration')
@Controller(`${API}/admin/stats`)
export class AdminStatsController {
  constructor(private readonly statistics: Statistics) {}

  @ApiRoute({
    summary: 'How things stand, for a dashboard (stats:read)',
    description:
      'Days are those of the quotas, in their time zone, and periods end with today. What a past day began is counted ' +
      'once: what is deleted later is not taken back.',
    answers: StatsResponse,
    errors: ['unauthenticated', 'forbidden'],
  })
  @RequirePermission('stats:read')
  @Get()
  async stats(): Promise<StatsResponse> {
    return presentStats(await this.statistics.overview());
  }
}
