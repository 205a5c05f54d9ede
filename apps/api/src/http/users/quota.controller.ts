import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Actor } from '#kernel';
import { Quota } from '#quota';
import { API } from '../../edge/addresses';
import { CurrentActor } from '../../edge/auth/access.decorators';
import { ApiRoute } from '../../edge/docs/api-route.decorator';
import { presentQuota, QuotaResponse } from '../../edge/presenters/quota.response';

@ApiTags('Me')
@Controller(`${API}/users/me/quota`)
export class QuotaController {
  constructor(private readonly quota: Quota) {}

  @ApiRoute({
    summary: 'What I may send today and this month, and what of it is used',
    answers: QuotaResponse,
    errors: ['unauthenticated', 'forbidden'],
  })
  @Get()
  async status(@CurrentActor() actor: Actor): Promise<QuotaResponse> {
    return presentQuota(await this.quota.statusOf(actor.userId));
  }
}
