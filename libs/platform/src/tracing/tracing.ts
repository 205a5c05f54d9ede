import {
  type Attributes,
  context,
  INVALID_SPAN_CONTEXT,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';

export type { Span } from '@opentelemetry/api';

const tracer = () => trace.getTracer('chatgpt-backend');

/** Until `startTracing` nobody hears of spans: there is this one, and nothing is done for it. */
const UNHEARD = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
let isHeard = false;

export function hearSpans(): void {
  isHeard = true;
}

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** What somebody else asked of us; part of his trace, if he sent `traceparent`. Whatever the work starts belongs to it. */
export function serveInSpan<T>(name: string, headers: Headers, work: (span: Span) => T): T {
  if (!isHeard) return work(UNHEARD);
  const caller = propagation.extract(context.active(), headers);
  return tracer().startActiveSpan(name, { kind: SpanKind.SERVER }, caller, work);
}

/** What we ask of somebody else. */
export function startClientSpan(name: string, attributes: Attributes): Span {
  return isHeard ? tracer().startSpan(name, { kind: SpanKind.CLIENT, attributes }) : UNHEARD;
}

/** A piece of work of our own; the caller ends the span. */
export function inSpan<T>(name: string, attributes: Attributes, work: (span: Span) => T): T {
  return isHeard ? tracer().startActiveSpan(name, { attributes }, work) : work(UNHEARD);
}

/** The headers that tell whom we ask which trace it is part of. */
export function traceHeaders(span: Span): Record<string, string> {
  const headers: Record<string, string> = {};
  if (isHeard) propagation.inject(trace.setSpan(context.active(), span), headers);
  return headers;
}

/** `type` is a code or a status; no words, since they may repeat what people typed. */
export function failSpan(span: Span, type: string): void {
  span.setAttribute('error.type', type);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** For the lines of the log. */
export function currentTraceId(): string | undefined {
  const span = isHeard ? trace.getActiveSpan() : undefined;
  return span?.isRecording() ? span.spanContext().traceId : undefined;
}
