import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Controller, Get, Header } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { RawResponse } from '../../../edge/answer/raw-response.decorator';
import { Public } from '../../../edge/auth/access.decorators';
import { ApiRoute } from '../../../edge/docs/api-route.decorator';

export const PROTO_FILE = join(__dirname, '../chat.proto');

@ApiTags('Ask door')
@Public()
@Controller()
export class ProtoController {
  @ApiRoute({
    summary: 'What the gRPC door speaks, for generators of clients',
    description: 'It is open where GRPC_PORT is set, with the standard health service and server reflection.',
    streams: { 'text/plain': { schema: { type: 'string' } } },
  })
  @RawResponse()
  @Header('Content-Type', 'text/plain; charset=utf-8')
  @Get('chat.proto')
  proto(): Promise<string> {
    return readFile(PROTO_FILE, 'utf8');
  }
}
