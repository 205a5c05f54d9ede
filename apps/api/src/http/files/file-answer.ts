import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import type { ByteRange, Files, StoredFile } from '#files';
import { isImage } from '#files';
import { AppError } from '#kernel';
import type { HttpExchange } from '../../edge/answer/exchange.decorator';
import { STREAMED, type Streamed } from '../../edge/answer/streamed';

/** The bytes, or some of them, or the word that the client has them. */
export async function answerWithFile(
  { request, response }: HttpExchange,
  files: Files,
  file: StoredFile,
): Promise<Streamed> {
  const etag = `"${file.sha256}"`;
  describe(response, file, etag);
  if (isKnown(request, etag)) return end(response.status(304));
  const range = rangeIn(request, file, etag);
  if (range === 'none') {
    response.setHeader('Content-Range', `bytes */${file.size}`);
    throw new AppError('range_not_satisfiable');
  }
  const { start, end: last } = range ?? { start: 0, end: file.size - 1 };
  if (range !== undefined) response.status(206).setHeader('Content-Range', `bytes ${start}-${last}/${file.size}`);
  response.setHeader('Content-Length', last - start + 1);
  if (request.method === 'HEAD') return end(response);
  await pipeline(await files.read(file, range), response).catch(() => response.destroy());
  return STREAMED;
}

function describe(response: Response, file: StoredFile, etag: string): void {
  response.attachment(file.name);
  if (isImage(file)) {
    const disposition = String(response.getHeader('Content-Disposition'));
    response.setHeader('Content-Disposition', disposition.replace(/^attachment/, 'inline'));
  }
  response.setHeader('Content-Type', isImage(file) ? file.type : 'text/plain; charset=utf-8');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  // A compressor would make lengths and ranges wrong.
  response.setHeader('Cache-Control', 'private, no-cache, no-transform');
  response.setHeader('Accept-Ranges', 'bytes');
  response.setHeader('ETag', etag);
}

/** Browsers that were told to look again send `no-cache` along with what they know, for which Express would answer all. */
function isKnown({ headers }: Request, etag: string): boolean {
  const known = (headers['if-none-match'] ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return known.includes(etag) || known.includes('*');
}

/** One that can be met; `none` can; undefined: all of it is wanted. Several at once are answered with all of it. */
function rangeIn(request: Request, { size }: StoredFile, etag: string): ByteRange | 'none' | undefined {
  const condition = request.headers['if-range'];
  if (condition !== undefined && condition !== etag) return undefined;
  const ranges = request.range(size);
  if (ranges === undefined || ranges === -2) return undefined;
  if (ranges === -1) return 'none';
  return ranges.type === 'bytes' && ranges.length === 1 ? ranges[0] : undefined;
}

function end(response: Response): Streamed {
  response.end();
  return STREAMED;
}
