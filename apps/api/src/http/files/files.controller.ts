import { Controller, Delete, Get, Post } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiTags } from '@nestjs/swagger';
import { Files, fileTypes, Uploads } from '#files';
import type { Actor } from '#kernel';
import { API } from '../../edge/addresses';
import { Exchange, type HttpExchange } from '../../edge/answer/exchange.decorator';
import type { Streamed } from '../../edge/answer/streamed';
import { CurrentActor } from '../../edge/auth/access.decorators';
import { ApiRoute } from '../../edge/docs/api-route.decorator';
import { nothing, NothingResponse } from '../../edge/docs/nothing.response';
import { IdParam } from '../../edge/fields/id-param.decorator';
import { takeFile } from '../../edge/request/multipart-file';
import { answerWithFile } from './file-answer';
import { FileResponse, presentFile } from './files.response';

@ApiTags('Files')
@Controller(`${API}/files`)
export class FilesController {
  constructor(
    private readonly files: Files,
    private readonly uploads: Uploads,
  ) {}

  @ApiRoute({
    summary: 'Upload a file',
    description:
      'PNG, JPEG, WebP or GIF images, of which the picture alone is kept, upright and without metadata, and of an animation the first frame; or plain text in UTF-8. What its bytes are decides, not its name. A file that no message has come with is deleted after a day; the others go with their conversations.',
    answers: FileResponse,
    status: 201,
    message: 'created',
    errors: ['invalid', 'unauthenticated', 'forbidden', 'too_large', 'unsupported_media'],
  })
  @ApiConsumes('multipart/form-data')
  @ApiBody({
    schema: { type: 'object', required: ['file'], properties: { file: { type: 'string', format: 'binary' } } },
  })
  @Post()
  async upload(@Exchange() { request }: HttpExchange): Promise<FileResponse> {
    return presentFile(await takeFile(request, (file) => this.uploads.receive(request.user, file)));
  }

  @ApiRoute({
    summary: 'What a file is',
    answers: FileResponse,
    errors: ['unauthenticated', 'forbidden', 'not_found'],
  })
  @Get(':id')
  async find(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<FileResponse> {
    return presentFile(await this.files.find(actor, id));
  }

  @ApiRoute({
    summary: 'The content of a file',
    description: 'Answers conditions by ETag, and a range of bytes.',
    streams: Object.fromEntries(fileTypes.map((type) => [type, { schema: { type: 'string', format: 'binary' } }])),
    errors: ['unauthenticated', 'forbidden', 'not_found', 'range_not_satisfiable'],
  })
  @Get(':id/content')
  async content(@Exchange() exchange: HttpExchange, @IdParam() id: string): Promise<Streamed> {
    return answerWithFile(exchange, this.files, await this.files.find(exchange.request.user, id));
  }

  @ApiRoute({
    summary: 'Delete a file',
    description: 'Messages that it came with keep its id.',
    answers: NothingResponse,
    message: 'deleted',
    errors: ['unauthenticated', 'forbidden', 'not_found'],
  })
  @Delete(':id')
  async delete(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<NothingResponse> {
    await this.files.delete(actor, id);
    return nothing;
  }
}
