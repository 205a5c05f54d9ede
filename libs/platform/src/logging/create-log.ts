import { openSync, writeSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';
import { ConfigurationError } from '../config/faults';
import { ensureDirectory } from '../files/ensure-directory';
import type { LogConfig } from './log-config';
import { requestContext } from './request-context';
import { createScrubber } from './scrub';

/** Of lines that nobody reads; what comes after is dropped, so that the log never fills the memory. */
const MOST_UNWRITTEN_BYTES = 16 * 1024 * 1024;
/** For the end of a process whose log nobody reads any more. */
const LAST_WORDS_MS = 1_000;

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
  const stdout = standardOutput();
  const sinks: Sink[] = [config.format === 'pretty' ? await prettyInto(stdout) : stdout];
  if (config.file !== undefined) sinks.push(openFile(config.file));
  return sinks;
}

/** Written beside the work, which goes on when nobody reads it. */
function standardOutput(): Sink {
  let patience = Infinity;
  const output = pino.destination({
    dest: 1,
    sync: false,
    maxLength: MOST_UNWRITTEN_BYTES,
    retryEAGAIN: () => performance.now() < patience,
  });
  // At the end it would try for ever what cannot be written, as on a full disk.
  const flushSync = output.flushSync.bind(output);
  output.on('error', () => (output.flushSync = () => undefined));
  output.on('write', () => (output.flushSync = flushSync));
  return {
    write: (line) => output.write(line),
    flushSync: () => {
      patience = performance.now() + LAST_WORDS_MS;
      try {
        output.flushSync();
      } catch {
        // Else it tries once more when the process exits.
        output.destroy();
      }
    },
  };
}

/**
 * Written line by line: nothing is lost when the process ends, and nothing piles up while the disk is full, when standard
 * output alone has the lines.
 */
function openFile(path: string): Sink {
  const file = opened(path);
  let works = true;
  return {
    write(line) {
      try {
        writeSync(file, line);
        works = true;
      } catch (error) {
        if (works) process.stderr.write(`LOG_FILE cannot be written: ${String(error)}\n`);
        works = false;
      }
    },
  };
}

function opened(path: string): number {
  try {
    ensureDirectory(dirname(resolve(path)));
    return openSync(path, 'a');
  } catch (error) {
    throw new ConfigurationError([{ variable: 'LOG_FILE', issue: `cannot be opened: ${(error as Error).message}` }]);
  }
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
