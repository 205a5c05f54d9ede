import type { Log } from '#platform';

/** As logrotate and its kind ask for it, once they have renamed the file. */
export function reopenLogOnSignal(log: Log): void {
  process.on('SIGHUP', () => {
    log.pino.info('opening LOG_FILE anew');
    log.reopen();
  });
}
