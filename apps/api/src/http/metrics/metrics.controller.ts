import { createHash, timingSafeEqual } from 'node:crypto';
import { Controller, Get, Headers, Inject, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { register } from 'prom-client';
import { AppError } from '#kernel';
import { ApiErrors } from '../../edge/docs/api-route.decorator';
import { ROOT_AND_API } from '../../edge/addresses';
import { Public } from '../../edge/auth/access.decorators';
import { RateLimit } from '../../edge/rates/rate-limit.decorator';
import { RawResponse } from '../../edge/answer/raw-response.decorator';

export const METRICS_TOKEN = Symbol('metrics token');

@Public()
@RateLimit('none')
@ApiTags('System')
@Controller()
export class MetricsController {
  constructor(@Inject(METRICS_TOKEN) private readonly token: string | null) {}

  @ApiOperation({ summary: 'Prometheus metrics; with METRICS_TOKEN set, for its bearer alone' })
  @ApiBearerAuth('metrics')
  @ApiProduces('text/plain')
  @ApiErrors(['unauthenticated', 'malformed', 'too_large', 'internal'])
  @ApiOkResponse({ description: 'The text format of Prometheus', schema: { type: 'string' } })
  @RawResponse()
  @Get(ROOT_AND_API.map((base) => `${base}/metrics`))
  metrics(
    @Headers('authorization') authorization: string | undefined,
    @Res({ passthrough: true }) response: Response,
  ): Promise<string> {
    if (this.token !== null && !isSame(authorization ?? '', `Bearer ${this.token}`)) {
      throw new AppError('unauthenticated');
    }
    response.type(register.contentType);
    return register.metrics();
  }
}

/** In a time that tells nothing of where two texts differ. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
