import { Body, Controller, Delete, Get, Patch, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AccountDeletion, Profile, UserDirectory } from '#auth';
import type { Actor } from '#kernel';
import { Quota } from '#quota';
import { API } from '../../edge/addresses';
import { CurrentActor, SessionOnly } from '../../edge/auth/access.decorators';
import { ApiRoute } from '../../edge/docs/api-route.decorator';
import { nothing, NothingResponse } from '../../edge/docs/nothing.response';
import { ChangePasswordRequest, DeleteAccountRequest, UpdateProfileRequest } from './me.request';
import { DeletedAccountResponse, MeResponse, presentMe } from './me.response';

@ApiTags('Me')
@Controller(`${API}/users/me`)
export class MeController {
  constructor(
    private readonly directory: UserDirectory,
    private readonly profile: Profile,
    private readonly deletion: AccountDeletion,
    private readonly quota: Quota,
  ) {}

  @ApiRoute({ summary: 'Who I am', answers: MeResponse, errors: ['unauthenticated', 'forbidden'] })
  @Get()
  async me(@CurrentActor() actor: Actor): Promise<MeResponse> {
    return this.present(actor);
  }

  @ApiRoute({
    summary: 'Change username or email',
    answers: MeResponse,
    message: 'updated',
    errors: ['invalid', 'unauthenticated', 'forbidden'],
  })
  @Put()
  async replace(@CurrentActor() actor: Actor, @Body() body: UpdateProfileRequest): Promise<MeResponse> {
    return this.update(actor, body);
  }

  @ApiRoute({
    summary: 'Change username or email; the same as PUT',
    answers: MeResponse,
    message: 'updated',
    errors: ['invalid', 'unauthenticated', 'forbidden'],
  })
  @Patch()
  async update(@CurrentActor() actor: Actor, @Body() body: UpdateProfileRequest): Promise<MeResponse> {
    await this.profile.update(actor, body);
    return this.present(actor);
  }

  @ApiRoute({
    summary: 'Change the password; ends the other sessions',
    answers: NothingResponse,
    message: 'password_changed',
    errors: ['invalid', 'unauthenticated', 'forbidden'],
  })
  @SessionOnly()
  @Post('change-password')
  async changePassword(
    @CurrentActor() actor: Actor,
    @Body() { current_password, new_password }: ChangePasswordRequest,
  ): Promise<NothingResponse> {
    await this.profile.changePassword(actor, current_password, new_password);
    return nothing;
  }

  @ApiRoute({
    summary: 'Delete the account and all its data',
    description:
      'At once and for good: conversations, messages, links, files, sessions, keys. The ledger keeps its sums, and the audit log what was done, under an id that leads to nobody: without name, address and details. Answers how much of each there was.',
    answers: DeletedAccountResponse,
    message: 'account_deleted',
    errors: ['invalid', 'unauthenticated', 'forbidden', 'conflict'],
  })
  @SessionOnly()
  @Delete()
  async delete(
    @CurrentActor() actor: Actor,
    @Body() { password }: DeleteAccountRequest,
  ): Promise<DeletedAccountResponse> {
    return this.deletion.delete(actor, password);
  }

  private async present(actor: Actor): Promise<MeResponse> {
    return presentMe(await this.directory.own(actor), actor, await this.quota.statusOf(actor.userId));
  }
}
