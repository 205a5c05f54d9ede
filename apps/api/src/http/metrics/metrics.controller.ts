import { createHash, timingSafeEqual } from 'node:crypto';
import { Controller, Get, Headers, Inject, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { PrometheusController } from '@willsoto/nestjs-prometheus';
import type { Response } from 'express';
import { AppError } from '#kernel';
import { ROOT_AND_API } from '../../edge/addresses';
import { RawResponse } from '../../edge/answer/raw-response.decorator';

export const METRICS_TOKEN = Symbol('metrics token');

@ApiTags('System')
@Controller(ROOT_AND_API.map((base) => `${base}/metrics`))
export class MetricsController extends PrometheusController {
  constructor(@Inject(METRICS_TOKEN) private readonly token: string | null) {
    super();
  }

  @ApiOperation({ summary: 'Prometheus metrics; with METRICS_TOKEN set, for its bearer alone' })
  @ApiBearerAuth('metrics')
  @ApiProduces('text/plain')
  @ApiOkResponse({ description: 'The text format of Prometheus', schema: { type: 'string' } })
  @RawResponse()
  @Get()
  metrics(
    @Headers('authorization') authorization: string | undefined,
    @Res({ passthrough: true }) response: Response,
  ): Promise<string> {
    if (this.token !== null && !isSame(authorization ?? '', `Bearer ${this.token}`)) {
      throw new AppError('unauthenticated');
    }
    return this.index(response);
  }
}

/** In a time that tells nothing of where two texts differ. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
