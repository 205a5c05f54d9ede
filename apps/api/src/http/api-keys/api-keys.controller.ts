import { Body, Controller, Delete, Get, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiKeys } from '#auth';
import { type Actor, scopes } from '#kernel';
import { API } from '../../edge/addresses';
import { CurrentActor, SessionOnly } from '../../edge/auth/access.decorators';
import { ApiRoute } from '../../edge/docs/api-route.decorator';
import { nothing, NothingResponse } from '../../edge/docs/nothing.response';
import { IdParam } from '../../edge/fields/id-param.decorator';
import { CreateApiKeyRequest } from './api-keys.request';
import { ApiKeysResponse, NewApiKeyResponse, presentApiKey, presentNewApiKey } from './api-keys.response';

@ApiTags('API keys')
@SessionOnly()
@Controller(`${API}/users/me/api-keys`)
export class ApiKeysController {
  constructor(private readonly apiKeys: ApiKeys) {}

  @ApiRoute({
    summary: 'My API keys, the newest first',
    answers: ApiKeysResponse,
    errors: ['unauthenticated', 'forbidden'],
  })
  @Get()
  async list(@CurrentActor() actor: Actor): Promise<ApiKeysResponse> {
    return { api_keys: (await this.apiKeys.list(actor)).map(presentApiKey) };
  }

  @ApiRoute({
    summary: 'Make an API key',
    answers: NewApiKeyResponse,
    status: 201,
    message: 'created',
    errors: ['invalid', 'unauthenticated', 'forbidden', 'conflict'],
  })
  @Post()
  async create(@CurrentActor() actor: Actor, @Body() body: CreateApiKeyRequest): Promise<NewApiKeyResponse> {
    const request = { name: body.name, expiresAt: body.expires_at ?? null, scopes: body.scopes ?? scopes };
    return presentNewApiKey(await this.apiKeys.create(actor, request));
  }

  @ApiRoute({
    summary: 'Revoke an API key',
    answers: NothingResponse,
    message: 'deleted',
    errors: ['unauthenticated', 'forbidden', 'not_found'],
  })
  @Delete(':id')
  async revoke(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<NothingResponse> {
    await this.apiKeys.revoke(actor, id);
    return nothing;
  }
}
