import { raw, type Request, type RequestHandler } from 'express';
import { AppError } from '#kernel';
import { keepPace } from './body-pace';
import { parseJsonObject } from './strict-json';

const BODY_LIMIT_MS = 120_000;
const OTHER_CHARSET = /;\s*charset\s*=(?!\s*"?(utf-?8|us-ascii)"?\s*(;|$))/i;

/**
 * Reads JSON bodies; any other body is refused before it is read, unless its route reads it as it comes. How long one may
 * be, its path tells.
 */
export function jsonBody(
  maxBytesAt: (path: string) => number,
  isStreamed: (request: Request) => boolean,
): RequestHandler {
  const readers = new Map<number, RequestHandler>();
  const readerOf = (limit: number): RequestHandler => {
    const reader = readers.get(limit) ?? raw({ type: () => true, limit });
    readers.set(limit, reader);
    return reader;
  };
  return (request, response, next) => {
    if (!hasBody(request)) return next();
    if (isCoded(request)) throw new AppError('unsupported_media', { reason: 'transfer_coding' });
    if (isStreamed(request)) {
      keepPace(request, response);
      return next();
    }
    if (!request.is(['json', '+json']) || OTHER_CHARSET.test(request.headers['content-type'] ?? ''))
      throw new AppError('unsupported_media', { reason: 'json_wanted' });
    const limit = setTimeout(() => response.destroy(), BODY_LIMIT_MS);
    const readBytes = readerOf(maxBytesAt(request.path));
    void readBytes(request, response, (error?: unknown) => {
      clearTimeout(limit);
      if (isOfLeaver(error)) return void response.destroy();
      if (error !== undefined) return next(error);
      const bytes: unknown = request.body;
      try {
        request.body = Buffer.isBuffer(bytes) ? parseJsonObject(bytes) : undefined;
      } catch (refusal) {
        return next(refusal);
      }
      next();
    });
  };
}

/** The reader's words for a client that left while it was sending: there is nobody to answer. */
function isOfLeaver(error: unknown): boolean {
  return (error as { type?: unknown } | undefined)?.type === 'request.aborted';
}

/** Node takes the chunks apart, and nothing that was done to the bytes before. */
function isCoded({ headers }: Request): boolean {
  const coding = headers['transfer-encoding'];
  return coding !== undefined && coding.toLowerCase() !== 'chunked';
}

function hasBody(request: Request): boolean {
  return 'transfer-encoding' in request.headers || Number(request.headers['content-length'] ?? 0) > 0;
}
