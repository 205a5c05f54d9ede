import type { Config, Log } from '#platform';

/** Tells a person who just started this where to look next. */
export function welcome({ http, llm }: Config, port: number, log: Log): void {
  const base = http.publicUrl ?? `http://${isWildcard(http.host) ? 'localhost' : http.host}:${port}`;
  log.pino.info(`Listening on ${base}`);
  if (http.docsEnabled) log.pino.info(`Documentation: ${base}/docs and ${base}/redoc`);
  log.pino.info(`Health: ${base}/health`);
  log.pino.info(`WebSocket: ${base.replace(/^http/, 'ws')}/api/v1/ws/chat`);
  if (llm.provider === 'demo') {
    const reason = llm.openai.apiKey === undefined ? 'No OPENAI_API_KEY is set' : 'LLM_PROVIDER says so';
    log.pino.info(`${reason}: the demo model answers`);
  }
}

const isWildcard = (host: string): boolean => host === '0.0.0.0' || host === '::';
