import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';
import type { LogConfig } from './log-config';
import { requestContext } from './request-context';
import { createScrubber } from './scrub';

interface Sink extends DestinationStream {
  flushSync?(): void;
}

export interface Log {
  readonly pino: PinoLogger;
  /** Writes out what is still buffered; for the end of the process. */
  flush(): void;
}

/** One JSON object a line, each with the request it belongs to, none with a secret. */
export async function createLog(config: LogConfig, secrets: readonly string[], sinks?: readonly Sink[]): Promise<Log> {
  const outputs = sinks ?? (await openSinks(config));
  const scrub = createScrubber(secrets);
  const logger = pino(
    {
      level: config.level,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      serializers: { err: describeError },
      mixin: () => {
        const context = requestContext.current();
        return context === undefined ? {} : { request_id: context.requestId, user_id: context.userId };
      },
    },
    {
      write(line: string) {
        const clean = scrub(line);
        for (const output of outputs) output.write(clean);
      },
    },
  );
  return { pino: logger, flush: () => outputs.forEach((output) => output.flushSync?.()) };
}

async function openSinks(config: LogConfig): Promise<Sink[]> {
  const stdout = pino.destination({ dest: 1, sync: false });
  const sinks: Sink[] = [config.format === 'pretty' ? await prettyInto(stdout) : stdout];
  if (config.file !== undefined) sinks.push(pino.destination({ dest: config.file, mkdir: true, sync: false }));
  return sinks;
}

async function prettyInto(stdout: Sink): Promise<Sink> {
  const { prettyFactory } = await import('pino-pretty');
  const format = prettyFactory({
    colorize: process.stdout.isTTY,
    ignore: 'pid,hostname,context',
    singleLine: true,
    translateTime: 'SYS:HH:MM:ss.l',
  });
  return { write: (line: string) => stdout.write(format(line)), flushSync: () => stdout.flushSync?.() };
}

/** Of a database error its SQL and parameters stay out: they hold what people typed. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  return {
    type: error.constructor.name,
    message: error.message,
    ...(code === undefined ? {} : { code }),
    stack: error.stack,
    ...(cause === undefined ? {} : { cause: describeError(cause) }),
  };
}
