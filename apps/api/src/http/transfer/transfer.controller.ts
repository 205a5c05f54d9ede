import { Controller, Get, Post, Query } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiTags } from '@nestjs/swagger';
import { ModelCatalogue } from '#llm';
import { ConversationExport, Imports } from '#transfer';
import { API } from '../../edge/addresses';
import { download } from '../../edge/answer/download';
import { Exchange, type HttpExchange } from '../../edge/answer/exchange.decorator';
import type { Streamed } from '../../edge/answer/streamed';
import { ApiRoute } from '../../edge/docs/api-route.decorator';
import { IdParam } from '../../edge/fields/id-param.decorator';
import { takeBody } from '../../edge/request/body-stream';
import { takeFile } from '../../edge/request/multipart-file';
import { ExportQuery } from './transfer.request';
import { ImportResponse, presentImport } from './transfer.response';

@ApiTags('Conversations')
@Controller(`${API}/conversations`)
export class TransferController {
  constructor(
    private readonly exports: ConversationExport,
    private readonly imports: Imports,
    private readonly models: ModelCatalogue,
  ) {}

  @ApiRoute({
    summary: 'A conversation as a file',
    streams: {
      'application/json': { schema: { type: 'object' } },
      'text/markdown': { schema: { type: 'string' } },
      'text/plain': { schema: { type: 'string' } },
      'text/html': { schema: { type: 'string' } },
      'application/x-ndjson': { schema: { type: 'string' } },
    },
    headers: {
      'X-Total-Messages': {
        description: 'How many messages are in it, to show how far it is',
        schema: { type: 'integer' },
      },
    },
    errors: ['invalid', 'unauthenticated', 'forbidden', 'not_found'],
  })
  @Get(':id/export')
  async export(
    @Exchange() exchange: HttpExchange,
    @IdParam() id: string,
    @Query() { format }: ExportQuery,
  ): Promise<Streamed> {
    const { messages, ...document } = await this.exports.open(exchange.request.user, id, format);
    return download(exchange, { ...document, headers: { 'X-Total-Messages': messages } });
  }

  @ApiRoute({
    summary: 'Import conversations',
    description:
      'What was exported here, as JSON (one conversation, or a list) or as a ZIP; or the conversations.json of a ChatGPT data export, or all of that as a ZIP. As a JSON body or as a multipart file. Branches, times and order are kept, ids are made anew; messages may be longer than those that are sent. The files of a ZIP come back with the messages that they came with, as uploads of their own: those that are refused are told of, and those that are here already are not kept twice. What is here already is not imported again. One import is worked on at a time; others wait, three of one account at most (429) and twenty altogether (503): Retry-After says when to send it again. What is in a file before the place where it is broken is imported.',
    answers: ImportResponse,
    status: 201,
    message: 'created',
    errors: ['invalid', 'unauthenticated', 'forbidden', 'too_large', 'unsupported_media', 'rate_limited'],
  })
  @ApiConsumes('multipart/form-data', 'application/json')
  @ApiBody({
    schema: {
      type: 'object',
      properties: { file: { type: 'string', format: 'binary' } },
      description: 'The file, or as application/json what would be in it',
    },
  })
  @Post('import')
  async import(@Exchange() { request }: HttpExchange): Promise<ImportResponse> {
    const actor = request.user;
    const usualModel = this.models.default().id;
    const receive = (content: AsyncIterable<Buffer>) => this.imports.receive(actor, content, usualModel);
    const isForm = typeof request.is('multipart/form-data') === 'string';
    return presentImport(
      isForm ? await takeFile(request, ({ content }) => receive(content)) : await takeBody(request, receive),
    );
  }
}
