import { Injectable } from '@nestjs/common';
import {
  InjectMetric,
  makeCounterProvider,
  makeGaugeProvider,
  makeHistogramProvider,
} from '@willsoto/nestjs-prometheus';
import type { Counter, Gauge, Histogram } from 'prom-client';
import { AppError } from '#kernel';
import { costOf } from '#llm';
import type { Written } from './writing/written';

const TURNS = 'chat_turns_total';
const RUNNING = 'chat_turns_running';
const FIRST_TOKEN = 'chat_time_to_first_token_seconds';
const COST = 'chat_cost_dollars_total';
const REJECTIONS = 'quota_rejections_total';

@Injectable()
export class ChatMetrics {
  constructor(
    @InjectMetric(TURNS) private readonly turns: Counter<'model' | 'status'>,
    @InjectMetric(RUNNING) private readonly running: Gauge,
    @InjectMetric(FIRST_TOKEN) private readonly firstToken: Histogram<'model'>,
    @InjectMetric(COST) private readonly cost: Counter<'model'>,
    @InjectMetric(REJECTIONS) private readonly rejections: Counter<'period' | 'metric'>,
  ) {}

  turnBegan(): void {
    this.running.inc();
  }

  turnEnded({
    status,
    model,
    usage,
    firstTokenMs,
  }: Pick<Written, 'status' | 'model' | 'usage' | 'firstTokenMs'>): void {
    this.running.dec();
    this.turns.inc({ model: model.id, status });
    if (firstTokenMs !== null) this.firstToken.observe({ model: model.id }, firstTokenMs / 1000);
    if (usage !== undefined) this.cost.inc({ model: model.id }, costOf(model, usage));
  }

  /** Of a turn that was not opened. */
  refused(error: unknown): void {
    if (!(error instanceof AppError) || error.kind !== 'quota_exceeded') return;
    const { period, metric } = error.details ?? {};
    this.rejections.inc({ period: String(period), metric: String(metric) });
  }
}

export const chatMetricsProviders = [
  ChatMetrics,
  makeCounterProvider({ name: TURNS, help: 'Turns by how they ended', labelNames: ['model', 'status'] }),
  makeGaugeProvider({ name: RUNNING, help: 'Answers that this process is writing' }),
  makeHistogramProvider({
    name: FIRST_TOKEN,
    help: 'Seconds from the opening of a turn to the first text of its answer',
    labelNames: ['model'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20, 30, 60],
  }),
  makeCounterProvider({ name: COST, help: 'What answers cost, in US dollars', labelNames: ['model'] }),
  makeCounterProvider({
    name: REJECTIONS,
    help: 'Turns refused because a quota was used up',
    labelNames: ['period', 'metric'],
  }),
];
