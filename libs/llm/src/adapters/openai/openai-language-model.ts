import { setTimeout } from 'node:timers/promises';
import { Logger, type OnModuleDestroy } from '@nestjs/common';
import { AppError, type Clock } from '#kernel';
import {
  type AnswerOutcome,
  LanguageModel,
  type ModelAnswer,
  type ModelCall,
  type ModelState,
  type RelayCall,
  type RelayedAnswer,
} from '../../language-model';
import type { LlmConfig } from '../../llm-config';
import type { Model } from '../../model';
import type { ModelCatalogue } from '../../model-catalogue';
import { imagesIn, messagesIn } from '../../request-text';
import { type AnswerReader, JsonReader, StreamReader } from './answer-reader';
import { relayReader } from './relay-reader';
import { RetryPolicy } from './retry-policy';
import { type TimeLimits, UpstreamAnswer } from './upstream-answer';
import { failureOf, UpstreamFailure } from './upstream-failure';
import type { UpstreamMetrics } from './upstream-metrics';
import { UpstreamSpan } from './upstream-span';
import { type Upstream, Upstreams } from './upstreams';

/** What tests set to spare time. */
export interface Tuning {
  readonly totalMs: number;
  /** Calls whose answer has not begun: so many that the upstream hangs. */
  readonly maxWaiting: number;
  readonly maxCalls: number;
  readonly random: () => number;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

const defaultTuning: Tuning = {
  totalMs: 600_000,
  maxWaiting: 500,
  maxCalls: 2_000,
  random: Math.random,
  wait: (ms, signal) => setTimeout(ms, undefined, { signal }).catch(() => undefined),
};

/** Seconds. */
const RETRY_AFTER_FULL = 5;
/** A server that says its answer as a whole is silent while it makes it. */
const SILENCES_OF_A_WHOLE = 10;

type Call = ModelCall | RelayCall;

/** Any server that speaks OpenAI's chat completions. */
export class OpenAiLanguageModel extends LanguageModel implements OnModuleDestroy {
  private readonly logger = new Logger(OpenAiLanguageModel.name);
  private readonly tuning: Tuning;
  private readonly retries: RetryPolicy;
  private readonly limits: TimeLimits;
  private readonly upstreams: Upstreams;
  private waiting = 0;
  private calls = 0;

  constructor(
    config: LlmConfig,
    private readonly catalogue: ModelCatalogue,
    private readonly clock: Clock,
    private readonly metrics: UpstreamMetrics,
    tuning: Partial<Tuning> = {},
  ) {
    super();
    this.tuning = { ...defaultTuning, ...tuning };
    this.retries = new RetryPolicy(config.openai.maxRetries, this.tuning.random);
    this.limits = { silenceMs: config.openai.timeoutMs, totalMs: this.tuning.totalMs };
    this.upstreams = new Upstreams(config, clock, metrics);
  }

  get state(): ModelState {
    return this.upstreams.isOursShut ? 'unhealthy' : 'healthy';
  }

  open(call: ModelCall, signal: AbortSignal): Promise<ModelAnswer> {
    return this.ask(call, signal);
  }

  relay(call: RelayCall, signal: AbortSignal): Promise<RelayedAnswer> {
    return this.ask(call, signal);
  }

  onModuleDestroy(): void {
    this.upstreams.close();
  }

  private async ask(call: Call, signal: AbortSignal): Promise<UpstreamAnswer> {
    if (this.waiting >= this.tuning.maxWaiting || this.calls >= this.tuning.maxCalls) {
      throw new AppError('unavailable', { retryAfter: RETRY_AFTER_FULL });
    }
    this.waiting += 1;
    this.calls += 1;
    const forget = (): void => void (this.calls -= 1);
    try {
      const answer = await this.openFirst(call, signal);
      void answer.outcome.then(forget);
      return answer;
    } catch (error) {
      forget();
      throw error;
    } finally {
      this.waiting -= 1;
    }
  }

  private async openFirst(call: Call, signal: AbortSignal): Promise<UpstreamAnswer> {
    const opened = await this.openAt(call.model, call, signal);
    if (!(opened instanceof UpstreamFailure)) return opened;
    if (opened.isRefusal && call.ownKey !== undefined) throw AppError.invalid({ field: 'api_key', reason: 'invalid' });
    if (opened.complaint !== undefined && 'request' in call) throw opened.toCallersError(opened.complaint);
    for (const model of this.fallbacksOf(call)) {
      const second = await this.openAt(model, call, signal);
      if (!(second instanceof UpstreamFailure)) return second;
    }
    throw opened.toAppError();
  }

  /** A caller's own key is shown to nobody but the server that it was given for, and images to no model that sees none. */
  private fallbacksOf(call: Call): readonly Model[] {
    const { model, ownKey } = call;
    const wantsEyes = showsImages(call);
    const home = this.upstreams.baseUrlOf(model);
    return (model.fallbacks ?? [])
      .map((id) => this.catalogue.find(id))
      .filter((found) => found !== undefined)
      .filter((found) => !wantsEyes || found.capabilities.includes('vision'))
      .filter((found) => ownKey === undefined || this.upstreams.baseUrlOf(found) === home);
  }

  private async openAt(model: Model, call: Call, signal: AbortSignal): Promise<UpstreamAnswer | UpstreamFailure> {
    const upstream = await this.upstreams.of(model, call.ownKey);
    const shutForMs = upstream.breaker.admit();
    if (shutForMs > 0) return new UpstreamFailure('circuit_open', { retryAfterMs: shutForMs });
    for (let retry = 1; ; retry++) {
      const opened = await this.attempt(upstream, { ...call, model }, signal);
      if (!(opened instanceof UpstreamFailure)) return opened;
      const pauseMs = this.retries.pauseBefore(retry, opened);
      if (pauseMs === undefined) return opened;
      await this.tuning.wait(pauseMs, signal);
    }
  }

  private async attempt(
    upstream: Upstream,
    call: Call,
    signal: AbortSignal,
  ): Promise<UpstreamAnswer | UpstreamFailure> {
    const begunAt = performance.now();
    const answer = new UpstreamAnswer(call.model, this.limitsOf(call), readersOf(call), signal);
    const span = new UpstreamSpan(call, upstream.server);
    const failure = await answer.begin(
      (onSent) => upstream.request(call, span.headers, onSent),
      (error) => failureOf(error, this.clock.now()),
    );
    const waitedMs = performance.now() - begunAt;
    if (!signal.aborted) upstream.breaker.report(failure?.isOutage !== true);
    if (failure !== undefined) {
      span.failed(failure);
      this.tellOfFailure(failure, call.model, upstream, waitedMs);
      return failure;
    }
    if (answer.hasText) this.metrics.firstTokenCame(call.model.id, waitedMs);
    void answer.outcome.then((outcome) => {
      span.ended(outcome);
      this.tellOfOutcome(outcome, call.model, upstream, waitedMs);
    });
    return answer;
  }

  private limitsOf(call: Call): TimeLimits {
    const { silenceMs, totalMs } = this.limits;
    const isWhole = 'request' in call && !call.stream;
    return isWhole ? { silenceMs: Math.min(silenceMs * SILENCES_OF_A_WHOLE, totalMs), totalMs } : this.limits;
  }

  private tellOfFailure(failure: UpstreamFailure, { id }: Model, { baseUrl }: Upstream, waitedMs: number): void {
    const { reason, status, code } = failure;
    this.metrics.requestEnded(id, String(status ?? reason));
    const fields = { model: id, upstream: baseUrl, reason, status, code, duration_ms: Math.round(waitedMs) };
    this.logger.warn({ msg: 'an upstream gave no answer', ...fields });
  }

  private tellOfOutcome(outcome: AnswerOutcome, { id }: Model, { baseUrl }: Upstream, waitedMs: number): void {
    const { status, finishReason, usage, error } = outcome;
    this.metrics.requestEnded(id, status);
    if (usage !== undefined) this.metrics.tokensUsed(id, usage);
    const fields = { model: id, upstream: baseUrl, status, first_token_ms: Math.round(waitedMs) };
    if (error === undefined) this.logger.debug({ msg: 'an upstream answered', ...fields, finish_reason: finishReason });
    else this.logger.warn({ msg: 'an upstream broke off', ...fields, ...error.details });
  }
}

function readersOf(call: Call): (sendsJson: boolean) => AnswerReader {
  if (!('request' in call)) return (sendsJson) => (sendsJson ? new JsonReader() : new StreamReader());
  const { include_usage: wantsUsage } = (call.request['stream_options'] ?? {}) as { include_usage?: unknown };
  return (sendsJson) => relayReader(sendsJson, call.stream, wantsUsage === true);
}

function showsImages(call: Call): boolean {
  if (!('request' in call)) return call.messages.some(({ images }) => images);
  return messagesIn(call.request).some(({ content }) => imagesIn(content).length > 0);
}
