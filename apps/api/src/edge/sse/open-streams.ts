import { Injectable } from '@nestjs/common';
import { InjectMetric, makeGaugeProvider } from '@willsoto/nestjs-prometheus';
import type { Gauge } from 'prom-client';

const STREAMS = 'chat_open_streams';

@Injectable()
export class OpenStreams {
  constructor(@InjectMetric(STREAMS) private readonly streams: Gauge<'transport'>) {}

  opened(transport: string): void {
    this.streams.inc({ transport });
  }

  closed(transport: string): void {
    this.streams.dec({ transport });
  }
}

export const openStreamsProviders = [
  OpenStreams,
  makeGaugeProvider({ name: STREAMS, help: 'Answers that are being read', labelNames: ['transport'] }),
];
