import { Body, Controller, Get, Post, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AppError, isId } from '#kernel';
import { RawResponse } from '../../apps/api/src/edge/answer/raw-response.decorator';
import { Public } from '../../apps/api/src/edge/auth/access.decorators';
import { ApiRoute } from '../../apps/api/src/edge/docs/api-route.decorator';
import { QueryIntegerField } from '../../apps/api/src/edge/fields/integer.field';
import { TextField } from '../../apps/api/src/edge/fields/text.field';

export class ProbeRequest {
  @TextField({ min: 3, max: 10 })
  name!: string;

  @TextField({ min: 0, max: 2_000_000, optional: true })
  note?: string;
}

export class ProbeQuery {
  @QueryIntegerField({ min: 1, max: 100, optional: true, default: 20 })
  size = 20;
}

export class ProbeResponse {
  @TextField({ min: 0, max: 2_000_000 })
  echo!: string;
}

/** A route of every kind that the edge has to treat right, for tests alone. */
@Public()
@Controller('api/v1/probe')
export class ProbeController {
  @ApiRoute({ summary: 'Echo', answers: ProbeResponse, errors: ['invalid'] })
  @Post()
  echo(@Body() body: ProbeRequest): ProbeResponse {
    return { echo: JSON.stringify(body) };
  }

  @ApiRoute({ summary: 'Made', answers: ProbeResponse, status: 201, errors: ['invalid', 'unsupported_media'] })
  @Post('made')
  made(): ProbeResponse {
    return { echo: 'made' };
  }

  @ApiRoute({ summary: 'List', answers: ProbeResponse, errors: ['invalid'] })
  @Get('list')
  list(@Query() query: ProbeQuery): ProbeResponse {
    return { echo: JSON.stringify(query) };
  }

  @ApiRoute({ summary: 'Large', answers: ProbeResponse })
  @Get('large')
  large(): ProbeResponse {
    return { echo: 'x'.repeat(5_000) };
  }

  @ApiRoute({ summary: 'Where from', answers: ProbeResponse })
  @Get('address')
  address(@Req() request: Request): ProbeResponse {
    return { echo: request.ip ?? '' };
  }

  @ApiRoute({ summary: 'Fails', answers: ProbeResponse, errors: ['rate_limited', 'database_unavailable', 'conflict'] })
  @Get('fails')
  fails(@Query('how') how: string): ProbeResponse {
    if (how === 'limited') throw new AppError('rate_limited', { retryAfter: 7 });
    if (how === 'conflict') throw new AppError('conflict', { details: { message_id: 'm-1' } });
    if (isId(how)) throw new AppError('internal');
    throw new Error('SELECT canary FROM /secret/path at line 1');
  }

  @ApiRoute({ summary: 'Streams', answers: ProbeResponse })
  @RawResponse()
  @Get('stream')
  async stream(@Res() response: Response, @Query('fail') fail?: string): Promise<void> {
    response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' });
    response.write('data: first\n\n');
    await new Promise<void>((resolve) => response.once('release', resolve));
    if (fail) throw new Error('in the middle');
    response.end();
  }
}
