import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiKeys, Sessions, UserDirectory } from '#auth';
import { UsageReports } from '#quota';
import { AccountExport } from '#transfer';
import { API } from '../../edge/addresses';
import { download } from '../../edge/answer/download';
import { Exchange, type HttpExchange } from '../../edge/answer/exchange.decorator';
import type { Streamed } from '../../edge/answer/streamed';
import { SessionOnly } from '../../edge/auth/access.decorators';
import { ApiRoute } from '../../edge/docs/api-route.decorator';
import { presentSessions } from '../../edge/presenters/session.response';
import { usageCsv } from '../../edge/presenters/usage.response';
import { presentUser } from '../../edge/presenters/user.response';
import { presentApiKey } from '../api-keys/api-keys.response';

@ApiTags('Me')
@Controller(`${API}/users/me/export`)
export class AccountExportController {
  constructor(
    private readonly directory: UserDirectory,
    private readonly keys: ApiKeys,
    private readonly sessions: Sessions,
    private readonly usage: UsageReports,
    private readonly exports: AccountExport,
  ) {}

  @ApiRoute({
    summary: 'Everything of mine, as a ZIP',
    description:
      'manifest.json, profile.json, api_keys.json (without the keys), sessions.json, usage.csv by day, conversations.json, files.json and the files. What is in conversations.json can be imported again. For people who are signed in, not for API keys.',
    streams: { 'application/zip': { schema: { type: 'string', format: 'binary' } } },
    headers: {
      'X-Total-Conversations': {
        description: 'How many there are, to show how far it is',
        schema: { type: 'integer' },
      },
      'X-Total-Files': { description: 'How many files come after them', schema: { type: 'integer' } },
    },
    errors: ['unauthenticated', 'forbidden'],
  })
  @SessionOnly()
  @Get()
  async export(@Exchange() exchange: HttpExchange): Promise<Streamed> {
    const actor = exchange.request.user;
    const { userId, credential } = actor;
    const [account, keys, sessions] = await Promise.all([
      this.directory.own(actor),
      this.keys.list(actor),
      this.sessions.list(actor),
    ]);
    const { chunks, conversations, files } = await this.exports.open(actor, {
      'profile.json': { ...presentUser(account), roles: account.roles },
      'api_keys.json': { api_keys: keys.map(presentApiKey) },
      'sessions.json': presentSessions(sessions, credential.id),
      'usage.csv': usageCsv('day', this.usage.pages({ groupBy: 'day', userId })),
    });
    const headers = { 'X-Total-Conversations': conversations, 'X-Total-Files': files };
    return download(exchange, { fileName: 'export.zip', mediaType: 'application/zip', chunks, headers });
  }
}
