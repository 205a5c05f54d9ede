import { Body, Controller, Delete, Get, Patch, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Account, Sessions, UserAdministration, UserDirectory } from '#auth';
import { type Actor, AppError } from '#kernel';
import { Plans, UsageReports } from '#quota';
import { API } from '../../edge/addresses';
import { CurrentActor, RequirePermission } from '../../edge/auth/access.decorators';
import { ApiRoute } from '../../edge/docs/api-route.decorator';
import { nothing, NothingResponse } from '../../edge/docs/nothing.response';
import { IdParam } from '../../edge/fields/id-param.decorator';
import { presentPagination } from '../../edge/presenters/pagination.response';
import { presentSessions, SessionsResponse } from '../../edge/presenters/session.response';
import { SearchUsersQuery, UpdateUserRequest } from './users.request';
import { AccountResponse, AccountsResponse, presentAccount } from './users.response';

@ApiTags('Administration')
@Controller(`${API}/admin/users`)
export class AdminUsersController {
  constructor(
    private readonly directory: UserDirectory,
    private readonly administration: UserAdministration,
    private readonly sessions: Sessions,
    private readonly plans: Plans,
    private readonly usage: UsageReports,
  ) {}

  @ApiRoute({
    summary: 'Search for users, the newest first (users:read)',
    answers: AccountsResponse,
    errors: ['invalid', 'unauthenticated', 'forbidden'],
  })
  @RequirePermission('users:read')
  @Get()
  async search(
    @CurrentActor() actor: Actor,
    @Query() { plan, is_active, page, size, ...filters }: SearchUsersQuery,
  ): Promise<AccountsResponse> {
    const { users, total } = await this.directory.search({
      ...filters,
      isActive: is_active,
      page,
      size,
      plan: plan === undefined ? undefined : { name: plan, alsoOfVips: this.plans.isOfVips(plan) },
    });
    return { users: await this.present(actor, users), pagination: presentPagination(page, size, total) };
  }

  @ApiRoute({
    summary: 'One user (users:read)',
    answers: AccountResponse,
    errors: ['unauthenticated', 'forbidden', 'not_found'],
  })
  @RequirePermission('users:read')
  @Get(':id')
  async find(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<AccountResponse> {
    return this.presentOne(actor, await this.directory.find(id));
  }

  @ApiRoute({
    summary: 'Change activity, VIP, plan or roles of a user (users:write)',
    description: 'In force from the next request. The last active admin cannot be demoted or deactivated.',
    answers: AccountResponse,
    message: 'updated',
    errors: ['invalid', 'unauthenticated', 'forbidden', 'not_found', 'conflict'],
  })
  @RequirePermission('users:write')
  @Patch(':id')
  async update(
    @CurrentActor() actor: Actor,
    @IdParam() id: string,
    @Body() { is_active, is_vip, vip_expires_at, plan, roles }: UpdateUserRequest,
  ): Promise<AccountResponse> {
    await this.refuseUnknown(plan);
    const change = { isActive: is_active, isVip: is_vip, vipExpiresAt: vip_expires_at, plan, roles };
    return this.presentOne(actor, await this.administration.update(actor, id, change));
  }

  @ApiRoute({
    summary: 'Where a user is signed in (users:read)',
    answers: SessionsResponse,
    errors: ['unauthenticated', 'forbidden', 'not_found'],
  })
  @RequirePermission('users:read')
  @Get(':id/sessions')
  async listSessions(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<SessionsResponse> {
    return presentSessions(await this.sessions.listOf(id), actor.credential.id);
  }

  @ApiRoute({
    summary: 'End every session of a user (users:write)',
    answers: NothingResponse,
    message: 'session_ended',
    errors: ['unauthenticated', 'forbidden', 'not_found'],
  })
  @RequirePermission('users:write')
  @Delete(':id/sessions')
  async endSessions(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<NothingResponse> {
    await this.sessions.endAllOf(actor, id);
    return nothing;
  }

  private async presentOne(actor: Actor, account: Account): Promise<AccountResponse> {
    return presentAccount(account, (await this.usageFor(actor, [account])).get(account.id));
  }

  private async present(actor: Actor, accounts: readonly Account[]): Promise<AccountResponse[]> {
    const usage = await this.usageFor(actor, accounts);
    return accounts.map((account) => presentAccount(account, usage.get(account.id)));
  }

  private async usageFor({ permissions }: Actor, accounts: readonly Account[]) {
    return this.usage.summaries(permissions.has('usage:read') ? accounts.map(({ id }) => id) : []);
  }

  private async refuseUnknown(plan: string | null | undefined): Promise<void> {
    if (typeof plan !== 'string' || (await this.plans.exists(plan))) return;
    throw AppError.invalid({ field: 'plan', reason: 'no_such_plan' });
  }
}
