import { Body, Controller, Delete, Get, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Actor } from '#kernel';
import { QuotaAdministration } from '#quota';
import { API } from '../../edge/addresses';
import { CurrentActor, RequirePermission } from '../../edge/auth/access.decorators';
import { ApiRoute } from '../../edge/docs/api-route.decorator';
import { IdParam } from '../../edge/fields/id-param.decorator';
import { givenLimits } from './limits.request';
import { OverrideQuotaRequest, ResetQuotaRequest } from './quotas.request';
import { AdministeredQuotaResponse, presentAdministeredQuota } from './quotas.response';

@ApiTags('Administration')
@Controller(`${API}/admin/users/:id/quota`)
export class AdminQuotasController {
  constructor(private readonly administration: QuotaAdministration) {}

  @ApiRoute({
    summary: 'What a user may send, and what of it is used (quotas:read)',
    answers: AdministeredQuotaResponse,
    errors: ['unauthenticated', 'forbidden', 'not_found'],
  })
  @RequirePermission('quotas:read')
  @Get()
  async find(@IdParam() id: string): Promise<AdministeredQuotaResponse> {
    return presentAdministeredQuota(await this.administration.find(id));
  }

  @ApiRoute({
    summary: 'Give a user limits of his own (quotas:write); in force from the next turn',
    description: 'They beat the plan in all four figures. One that is left out stays what it is for him now.',
    answers: AdministeredQuotaResponse,
    message: 'updated',
    errors: ['invalid', 'unauthenticated', 'forbidden', 'not_found'],
  })
  @RequirePermission('quotas:write')
  @Put()
  async override(
    @CurrentActor() actor: Actor,
    @IdParam() id: string,
    @Body() body: OverrideQuotaRequest,
  ): Promise<AdministeredQuotaResponse> {
    await this.administration.setOverride(actor, id, givenLimits(body));
    return this.find(id);
  }

  @ApiRoute({
    summary: 'Let the plan hold again (quotas:write)',
    answers: AdministeredQuotaResponse,
    message: 'updated',
    errors: ['unauthenticated', 'forbidden', 'not_found'],
  })
  @RequirePermission('quotas:write')
  @Delete()
  async clear(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<AdministeredQuotaResponse> {
    await this.administration.clearOverride(actor, id);
    return this.find(id);
  }

  @ApiRoute({
    summary: 'Forgive what a user has used today, this month or both (quotas:write)',
    description:
      'All of it unless a period is given. What running answers hold counts on, and so do the usage reports.',
    answers: AdministeredQuotaResponse,
    message: 'updated',
    errors: ['invalid', 'unauthenticated', 'forbidden', 'not_found'],
  })
  @RequirePermission('quotas:write')
  @Post('reset')
  async reset(
    @CurrentActor() actor: Actor,
    @IdParam() id: string,
    @Body() { period }: ResetQuotaRequest,
  ): Promise<AdministeredQuotaResponse> {
    await this.administration.reset(actor, id, period);
    return this.find(id);
  }
}
