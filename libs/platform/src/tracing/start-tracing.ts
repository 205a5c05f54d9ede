import type * as Sdk from '@opentelemetry/sdk-trace-base';
import type { Logger } from 'pino';
import type { TelemetryConfig } from '../config/config';
import { hearSpans } from './tracing';

/** Sends spans to a collector until the returned function is called. Its packages take time to load, so only here. */
export async function startTracing(
  config: TelemetryConfig,
  version: string,
  log: Logger,
): Promise<() => Promise<void>> {
  const [api, { AsyncLocalStorageContextManager }, core, { OTLPTraceExporter }, { resourceFromAttributes }, sdk] =
    await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/context-async-hooks'),
      import('@opentelemetry/core'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
      import('@opentelemetry/sdk-trace-base'),
    ]);
  const root = samplers(sdk, config.sampler.ratio)[config.sampler.root];
  const exporter = new OTLPTraceExporter({ url: config.tracesUrl, headers: { ...config.headers } });
  const provider = new sdk.BasicTracerProvider({
    resource: resourceFromAttributes({
      ...config.resource,
      'service.name': config.serviceName,
      'service.version': version,
    }),
    sampler: config.sampler.parentBased ? new sdk.ParentBasedSampler({ root }) : root,
    spanProcessors: [new sdk.BatchSpanProcessor(exporter)],
  });
  core.setGlobalErrorHandler(() => log.warn({ url: config.tracesUrl }, 'traces could not be sent'));
  api.trace.setGlobalTracerProvider(provider);
  api.propagation.setGlobalPropagator(new core.W3CTraceContextPropagator());
  api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  hearSpans();
  return () => provider.shutdown();
}

const samplers = (sdk: typeof Sdk, ratio: number) => ({
  always_on: new sdk.AlwaysOnSampler(),
  always_off: new sdk.AlwaysOffSampler(),
  traceidratio: new sdk.TraceIdRatioBasedSampler(ratio),
});
