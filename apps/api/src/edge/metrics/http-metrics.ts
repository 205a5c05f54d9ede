import { Injectable } from '@nestjs/common';
import { InjectMetric, makeCounterProvider, makeHistogramProvider } from '@willsoto/nestjs-prometheus';
import type { Counter, Histogram } from 'prom-client';
import type { RequestOutcome } from '../request/request-pipeline';

const REQUESTS = 'http_requests_total';
const DURATION = 'http_request_duration_seconds';
const LABELS = ['method', 'endpoint', 'status'] as const;
type Label = (typeof LABELS)[number];

@Injectable()
export class HttpMetrics {
  constructor(
    @InjectMetric(REQUESTS) private readonly requests: Counter<Label>,
    @InjectMetric(DURATION) private readonly duration: Histogram<Label>,
  ) {}

  observe({ method, route, status, seconds }: RequestOutcome): void {
    const labels = { method, endpoint: route ?? 'unmatched', status };
    this.requests.inc(labels);
    this.duration.observe(labels, seconds);
  }
}

export const httpMetricsProviders = [
  HttpMetrics,
  makeCounterProvider({ name: REQUESTS, help: 'HTTP requests answered', labelNames: LABELS }),
  makeHistogramProvider({
    name: DURATION,
    help: 'Seconds from the arrival of a request to the end of its answer',
    labelNames: LABELS,
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
  }),
];
