import { type Attributes, context, propagation, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';

export type { Span } from '@opentelemetry/api';

/** Without `startTracing` all of this does nothing. */
const tracer = () => trace.getTracer('chatgpt-backend');

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** What somebody else asked of us; part of his trace, if he sent `traceparent`. Whatever the work starts belongs to it. */
export function serveInSpan<T>(name: string, headers: Headers, work: (span: Span) => T): T {
  const caller = propagation.extract(context.active(), headers);
  return tracer().startActiveSpan(name, { kind: SpanKind.SERVER }, caller, work);
}

/** What we ask of somebody else. */
export function startClientSpan(name: string, attributes: Attributes): Span {
  return tracer().startSpan(name, { kind: SpanKind.CLIENT, attributes });
}

/** A piece of work of our own; the caller ends the span. */
export function inSpan<T>(name: string, attributes: Attributes, work: (span: Span) => T): T {
  return tracer().startActiveSpan(name, { attributes }, work);
}

/** The headers that tell whom we ask which trace it is part of. */
export function traceHeaders(span: Span): Record<string, string> {
  const headers: Record<string, string> = {};
  propagation.inject(trace.setSpan(context.active(), span), headers);
  return headers;
}

/** `type` is a code or a status; no words, since they may repeat what people typed. */
export function failSpan(span: Span, type: string): void {
  span.setAttribute('error.type', type);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** For the lines of the log. */
export function currentTraceId(): string | undefined {
  const span = trace.getActiveSpan();
  return span?.isRecording() ? span.spanContext().traceId : undefined;
}
