import { Body, Controller, Delete, Get, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Actor, AppError } from '#kernel';
import { Plans } from '#quota';
import { API } from '../../edge/addresses';
import { CurrentActor, RequirePermission } from '../../edge/auth/access.decorators';
import { ApiRoute } from '../../edge/docs/api-route.decorator';
import { nothing, NothingResponse } from '../../edge/docs/nothing.response';
import { PathParam } from '../../edge/fields/path-param.decorator';
import { givenLimits, limitsIn } from './limits.request';
import { CreatePlanRequest, UpdatePlanRequest } from './plans.request';
import { PlanResponse, PlansResponse, presentPlan } from './plans.response';

const PlanName = (): ParameterDecorator => PathParam('name', { example: 'team' });

@ApiTags('Administration')
@Controller(`${API}/admin/plans`)
export class AdminPlansController {
  constructor(private readonly plans: Plans) {}

  @ApiRoute({ summary: 'All plans (quotas:read)', answers: PlansResponse, errors: ['unauthenticated', 'forbidden'] })
  @RequirePermission('quotas:read')
  @Get()
  async list(): Promise<PlansResponse> {
    return { plans: (await this.plans.list()).map(presentPlan) };
  }

  @ApiRoute({
    summary: 'Make a plan (plans:write)',
    answers: PlanResponse,
    status: 201,
    message: 'created',
    errors: ['invalid', 'unauthenticated', 'forbidden', 'conflict'],
  })
  @RequirePermission('plans:write')
  @Post()
  async create(@CurrentActor() actor: Actor, @Body() body: CreatePlanRequest): Promise<PlanResponse> {
    return presentPlan(await this.plans.create(actor, body.name, limitsIn(body)));
  }

  @ApiRoute({
    summary: 'Change the limits of a plan (plans:write); in force from the next turn',
    description: 'A limit that is left out stays as it is.',
    answers: PlanResponse,
    message: 'updated',
    errors: ['invalid', 'unauthenticated', 'forbidden', 'not_found'],
  })
  @RequirePermission('plans:write')
  @Put(':name')
  async update(
    @CurrentActor() actor: Actor,
    @PlanName() path: string,
    @Body() { name, ...limits }: UpdatePlanRequest,
  ): Promise<PlanResponse> {
    if (name !== undefined && name !== path) throw AppError.invalid({ field: 'name', reason: 'must_match' });
    return presentPlan(await this.plans.update(actor, path, givenLimits(limits)));
  }

  @ApiRoute({
    summary: 'Delete a plan; whoever had it has what VIP gives (plans:write)',
    answers: NothingResponse,
    message: 'deleted',
    errors: ['unauthenticated', 'forbidden', 'not_found', 'conflict'],
  })
  @RequirePermission('plans:write')
  @Delete(':name')
  async delete(@CurrentActor() actor: Actor, @PlanName() name: string): Promise<NothingResponse> {
    await this.plans.delete(actor, name);
    return nothing;
  }
}
