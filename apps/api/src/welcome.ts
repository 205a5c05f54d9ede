import type { Config, Log } from '#platform';

/** Tells a person who just started this where to look next. */
export function welcome({ http, llm }: Config, log: Log): void {
  const base = http.publicUrl ?? `http://${isWildcard(http.host) ? 'localhost' : http.host}:${http.port}`;
  log.pino.info(`Listening on ${base}`);
  if (http.docsEnabled) log.pino.info(`Documentation: ${base}/docs and ${base}/redoc`);
  log.pino.info(`Health: ${base}/health`);
  log.pino.info(`WebSocket: ${base.replace(/^http/, 'ws')}/api/v1/ws/chat`);
  if (llm.provider === 'demo') log.pino.info('No OPENAI_API_KEY is set: the demo model answers');
}

const isWildcard = (host: string): boolean => host === '0.0.0.0' || host === '::';
