import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Actor } from '#kernel';
import { API } from '../../edge/addresses';
import { CurrentActor } from '../../edge/auth/access.decorators';
import { ApiRoute } from '../../edge/docs/api-route.decorator';
import { ConnectionBook } from './connection-book';
import { ConnectionsResponse } from './connections.response';

@ApiTags('Me')
@Controller(`${API}/users/me/connections`)
export class ConnectionsController {
  constructor(private readonly book: ConnectionBook) {}

  @ApiRoute({
    summary: 'My open sockets, on all replicas',
    answers: ConnectionsResponse,
    errors: ['unauthenticated', 'forbidden'],
  })
  @Get()
  async list(@CurrentActor() actor: Actor): Promise<ConnectionsResponse> {
    return { connections: await this.book.of(actor.userId) };
  }
}
