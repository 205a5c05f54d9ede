import { Injectable } from '@nestjs/common';
import { InjectMetric, makeGaugeProvider } from '@willsoto/nestjs-prometheus';
import type { Gauge } from 'prom-client';

const SOCKETS = 'chat_open_sockets';

@Injectable()
export class SocketMetrics {
  constructor(@InjectMetric(SOCKETS) private readonly sockets: Gauge<'transport'>) {}

  opened(transport: string): void {
    this.sockets.inc({ transport });
  }

  closed(transport: string): void {
    this.sockets.dec({ transport });
  }
}

export const socketMetricsProviders = [
  SocketMetrics,
  makeGaugeProvider({ name: SOCKETS, help: 'Sockets that are open', labelNames: ['transport'] }),
];
