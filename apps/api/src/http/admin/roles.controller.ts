import { Body, Controller, Delete, Get, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Roles } from '#auth';
import { type Actor, AppError, permissions } from '#kernel';
import { API } from '../../edge/addresses';
import { CurrentActor, RequirePermission } from '../../edge/auth/access.decorators';
import { ApiRoute } from '../../edge/docs/api-route.decorator';
import { nothing, NothingResponse } from '../../edge/docs/nothing.response';
import { PathParam } from '../../edge/fields/path-param.decorator';
import { CreateRoleRequest, UpdateRoleRequest } from './roles.request';
import { PermissionsResponse, presentRole, RoleResponse, RolesResponse } from './roles.response';

const RoleName = (): ParameterDecorator => PathParam('name', { example: 'support' });

@ApiTags('Administration')
@Controller(`${API}/admin`)
export class AdminRolesController {
  constructor(private readonly roles: Roles) {}

  @ApiRoute({
    summary: 'What a role may allow (users:read)',
    answers: PermissionsResponse,
    errors: ['unauthenticated', 'forbidden'],
  })
  @RequirePermission('users:read')
  @Get('permissions')
  permissions(): PermissionsResponse {
    return { permissions };
  }

  @ApiRoute({ summary: 'All roles (users:read)', answers: RolesResponse, errors: ['unauthenticated', 'forbidden'] })
  @RequirePermission('users:read')
  @Get('roles')
  async list(): Promise<RolesResponse> {
    return { roles: (await this.roles.list()).map(presentRole) };
  }

  @ApiRoute({
    summary: 'Make a role (roles:write)',
    description: 'Nobody gives a permission that he does not hold himself.',
    answers: RoleResponse,
    status: 201,
    message: 'created',
    errors: ['invalid', 'unauthenticated', 'forbidden', 'conflict'],
  })
  @RequirePermission('roles:write')
  @Post('roles')
  async create(@CurrentActor() actor: Actor, @Body() body: CreateRoleRequest): Promise<RoleResponse> {
    return presentRole(await this.roles.create(actor, body.name, body.permissions));
  }

  @ApiRoute({
    summary: 'Change what a role allows (roles:write); in force from the next request',
    answers: RoleResponse,
    message: 'updated',
    errors: ['invalid', 'unauthenticated', 'forbidden', 'not_found', 'conflict'],
  })
  @RequirePermission('roles:write')
  @Put('roles/:name')
  async update(
    @CurrentActor() actor: Actor,
    @RoleName() name: string,
    @Body() body: UpdateRoleRequest,
  ): Promise<RoleResponse> {
    if (body.name !== undefined && body.name !== name) throw AppError.invalid({ field: 'name', reason: 'must_match' });
    return presentRole(await this.roles.update(actor, name, body.permissions));
  }

  @ApiRoute({
    summary: 'Delete a role; whoever had it has it no more (roles:write)',
    answers: NothingResponse,
    message: 'deleted',
    errors: ['unauthenticated', 'forbidden', 'not_found', 'conflict'],
  })
  @RequirePermission('roles:write')
  @Delete('roles/:name')
  async delete(@CurrentActor() actor: Actor, @RoleName() name: string): Promise<NothingResponse> {
    await this.roles.delete(actor, name);
    return nothing;
  }
}
