import { closeSync, openSync, writeSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';
import { ConfigurationError } from '../config/faults';
import { ensureDirectory } from '../files/ensure-directory';
import type { LogConfig } from './log-config';
import { requestContext } from './request-context';
import { currentTraceId } from '../tracing/tracing';
import { createScrubber } from './scrub';

/** Of lines that nobody reads; what comes after is dropped, so that the log never fills the memory. */
const MOST_UNWRITTEN_BYTES = 16 * 1024 * 1024;
/** For the end of a process whose log nobody reads any more. */
const LAST_WORDS_MS = 1_000;
/** Each write costs a turn of a thread, and more than its line. */
const GATHERED_MS = 20;

interface Sink extends DestinationStream {
  flushSync?(): void;
  reopen?(): void;
}

export interface Log {
  readonly pino: PinoLogger;
  /** Writes out what is still buffered; for the end of the process. */
  flush(): void;
  /** Goes on in a new LOG_FILE once the old one was renamed. */
  reopen(): void;
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
        const { requestId, userId } = requestContext.current() ?? {};
        return { request_id: requestId, user_id: userId, trace_id: currentTraceId() };
      },
    },
    {
      write(line: string) {
        const clean = scrub(line);
        for (const output of outputs) output.write(clean);
      },
    },
  );
  return {
    pino: logger,
    flush: () => outputs.forEach((output) => output.flushSync?.()),
    reopen: () => outputs.forEach((output) => output.reopen?.()),
  };
}

async function openSinks(config: LogConfig): Promise<Sink[]> {
  const stdout = standardOutput();
  const sinks: Sink[] = [config.format === 'pretty' ? await prettyInto(stdout) : stdout];
  if (config.file !== undefined) sinks.push(openFile(config.file));
  return sinks;
}

/**
 * Written beside the work, which goes on when nobody reads it. What a process that is killed has said in its last
 * `GATHERED_MS` is lost; one that ends by itself, or by a defect, writes it.
 */
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
  const sink = {
    write: (lines: string) => output.write(lines),
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
  const gathered = gathering(sink, GATHERED_MS);
  process.once('exit', gathered.flushSync);
  return gathered;
}

/** Lines that come close upon each other are written at once. */
function gathering(sink: Required<Pick<Sink, 'write' | 'flushSync'>>, ms: number): typeof sink {
  let lines = '';
  let soon: NodeJS.Timeout | undefined;
  const hand = (): void => {
    const gathered = lines;
    clearTimeout(soon);
    [lines, soon] = ['', undefined];
    if (gathered !== '') sink.write(gathered);
  };
  return {
    write(line) {
      lines += line;
      soon ??= setTimeout(hand, ms);
    },
    flushSync() {
      hand();
      sink.flushSync();
    },
  };
}

/**
 * Written line by line: nothing is lost when the process ends, and nothing piles up while the disk is full, when standard
 * output alone has the lines.
 */
function openFile(path: string): Sink {
  let file = opened(path);
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
    reopen() {
      try {
        const renamed = file;
        file = opened(path);
        closeSync(renamed);
      } catch (error) {
        process.stderr.write(`${String(error)}\n`);
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
