import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError, newId } from '#kernel';
import { ensureDirectory } from '#platform';

export interface Spooled {
  readonly path: string;
  readonly size: number;
}

const READ_AT_ONCE = 64 * 1024;

export interface SpoolLimits {
  readonly maxBytes: number;
  /** Without a byte. */
  readonly stalledAfterMs?: number;
}

export interface NamelessFile {
  readonly fd: number;
  /** From its beginning, as often as wanted. */
  readonly read: () => AsyncIterable<Buffer>;
}

/** Hands `use` what comes as a file of at most so many bytes; whatever happens, the file is gone in the end. */
export async function spooled<T>(
  directory: string,
  source: AsyncIterable<Buffer>,
  maxBytes: number,
  use: (file: Spooled) => Promise<T>,
): Promise<T> {
  const path = join(directory, newId());
  try {
    ensureDirectory(directory, 0o700);
    const gauge = new Gauge(maxBytes);
    await pipeline(source, gauge, createWriteStream(path, { mode: 0o600 }));
    return await use({ path, size: gauge.size });
  } catch (error) {
    throw isOfDisk(error) ? new AppError('unavailable', { cause: error }) : error;
  } finally {
    await rm(path, { force: true });
  }
}

/**
 * As `spooled`, for what is large: the file has no name, so that it ends with whoever holds it open, also where the process
 * is killed. Streams would close it under the others' hands.
 */
export async function spooledNameless<T>(
  directory: string,
  source: AsyncIterable<Buffer>,
  { maxBytes, stalledAfterMs = 60_000 }: SpoolLimits,
  use: (file: NamelessFile) => Promise<T>,
): Promise<T> {
  let file: FileHandle | undefined;
  try {
    ensureDirectory(directory, 0o700);
    const path = join(directory, newId());
    const handle = (file = await open(path, 'wx+', 0o600));
    await rm(path);
    let size = 0;
    for await (const chunk of moving(source, stalledAfterMs)) {
      size += chunk.length;
      if (size > maxBytes) throw new AppError('too_large');
      await handle.writeFile(chunk);
    }
    return await use({ fd: handle.fd, read: () => contentOf(handle) });
  } catch (error) {
    throw isOfDisk(error) ? new AppError('unavailable', { cause: error }) : error;
  } finally {
    await file?.close();
  }
}

async function* contentOf(file: FileHandle): AsyncGenerator<Buffer> {
  for (let position = 0; ;) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(READ_AT_ONCE), 0, READ_AT_ONCE, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** As long as something comes: a sender that is gone without a word does not take up room for ever. */
async function* moving(source: AsyncIterable<Buffer>, stalledAfterMs: number): AsyncGenerator<Buffer> {
  const chunks = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await within(stalledAfterMs, chunks.next());
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    // One that is waited for ends by itself, or never.
    void chunks.return?.().catch(() => undefined);
  }
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const stalled = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new AppError('malformed', { cause: new Error('nothing comes any more') })), ms);
  });
  try {
    return await Promise.race([work, stalled]);
  } finally {
    clearTimeout(timer);
  }
}

class Gauge extends Transform {
  size = 0;

  constructor(private readonly maxBytes: number) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null, data?: Buffer) => void) {
    this.size += chunk.length;
    if (this.size > this.maxBytes) done(new AppError('too_large'));
    else done(null, chunk);
  }
}

export async function sha256Of(source: Readable): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(source, hash);
  return hash.digest('hex');
}

function isOfDisk(error: unknown): boolean {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  return ['ENOSPC', 'EDQUOT', 'EACCES', 'EROFS', 'EMFILE', 'EIO', 'ENOTDIR'].includes(code ?? '');
}
