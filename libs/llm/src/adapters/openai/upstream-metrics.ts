import { Injectable } from '@nestjs/common';
import {
  InjectMetric,
  makeCounterProvider,
  makeGaugeProvider,
  makeHistogramProvider,
} from '@willsoto/nestjs-prometheus';
import type { Counter, Gauge, Histogram } from 'prom-client';
import type { Usage } from '../../language-model';
import type { BreakerState } from './circuit-breaker';

const REQUESTS = 'openai_requests_total';
const TOKENS = 'openai_tokens_total';
const FIRST_TOKEN = 'openai_time_to_first_token_seconds';
const BREAKER = 'openai_breaker_state';

const stateNumbers = { closed: 0, half_open: 1, open: 2 } as const satisfies Record<BreakerState, number>;

/** Labels come from the catalogue and the configuration alone, so that no caller can make the series grow. */
@Injectable()
export class UpstreamMetrics {
  constructor(
    @InjectMetric(REQUESTS) private readonly requests: Counter<'model' | 'status'>,
    @InjectMetric(TOKENS) private readonly tokens: Counter<'model' | 'type'>,
    @InjectMetric(FIRST_TOKEN) private readonly firstToken: Histogram<'model'>,
    @InjectMetric(BREAKER) private readonly breaker: Gauge<'upstream'>,
  ) {}

  requestEnded(model: string, status: string): void {
    this.requests.inc({ model, status });
  }

  firstTokenCame(model: string, milliseconds: number): void {
    this.firstToken.observe({ model }, milliseconds / 1000);
  }

  tokensUsed(model: string, { promptTokens, completionTokens }: Usage): void {
    this.tokens.inc({ model, type: 'prompt' }, promptTokens);
    this.tokens.inc({ model, type: 'completion' }, completionTokens);
  }

  breakerIs(upstream: string, state: BreakerState): void {
    this.breaker.set({ upstream }, stateNumbers[state]);
  }
}

export const upstreamMetricsProviders = [
  UpstreamMetrics,
  makeCounterProvider({
    name: REQUESTS,
    help: 'Requests to upstreams: an HTTP status that is no success, timeout or unreachable, or how the answer ended',
    labelNames: ['model', 'status'],
  }),
  makeCounterProvider({ name: TOKENS, help: 'Tokens that upstreams reported', labelNames: ['model', 'type'] }),
  makeHistogramProvider({
    name: FIRST_TOKEN,
    help: 'Seconds from a request to the first text of its answer',
    labelNames: ['model'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20, 30, 60],
  }),
  makeGaugeProvider({
    name: BREAKER,
    help: 'Whether calls with our own key are let through: 0 closed (they are), 1 half open, 2 open (they are not)',
    labelNames: ['upstream'],
  }),
];
