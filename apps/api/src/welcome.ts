import type { Config, Log } from '#platform';

/** Tells a person who just started this where to look next. */
export function welcome({ http, llm, redis, replicas }: Config, port: number, log: Log): void {
  const base = http.publicUrl ?? `http://${isWildcard(http.host) ? 'localhost' : http.host}:${port}`;
  log.pino.info(`Listening on ${base}`);
  if (http.docsEnabled) log.pino.info(`Documentation: ${base}/docs and ${base}/redoc`);
  log.pino.info(`Health: ${base}/health`);
  log.pino.info(`WebSocket: ${base.replace(/^http/, 'ws')}/api/v1/ws/chat`);
  if (replicas > 1 && redis === undefined) {
    log.pino.warn(`REPLICAS is ${replicas}, and without REDIS_URL each counts rates and pushes changes for itself`);
  }
  if (llm.provider === 'demo') {
    const reason = llm.openai.apiKey === undefined ? 'No OPENAI_API_KEY is set' : 'LLM_PROVIDER says so';
    log.pino.info(`${reason}: the demo model answers`);
  }
}

const isWildcard = (host: string): boolean => host === '0.0.0.0' || host === '::';
