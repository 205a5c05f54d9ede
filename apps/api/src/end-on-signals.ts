import type { Log, Shutdown } from '#platform';

/** An orderly end on the first signal; at once on the second. */
export function endOnSignals(shutdown: Shutdown, graceMs: number, log: Log): void {
  const leave = (status: number): void => {
    log.flush();
    process.exit(status);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (shutdown.begun) {
        log.pino.warn({ signal }, 'second signal: ending at once');
        return leave(1);
      }
      log.pino.info({ signal, grace_ms: graceMs }, 'ending: no new work, what runs may finish');
      void shutdown.begin(graceMs).then(() => {
        log.pino.info('ended');
        leave(0);
      });
    });
  }
  process.on('uncaughtException', (err) => {
    log.pino.fatal({ err }, 'a defect ended the process');
    leave(1);
  });
  process.on('unhandledRejection', (err) => log.pino.error({ err }, 'a promise failed and nobody looked'));
}
