import { raw, type Request, type RequestHandler } from 'express';
import { AppError } from '#kernel';
import { parseJsonObject } from './strict-json';

/** Reads JSON bodies; any other body is refused before it is read. */
export function jsonBody(maxBytes: number): RequestHandler {
  const readBytes = raw({ type: () => true, limit: maxBytes });
  return (request, response, next) => {
    if (!hasBody(request)) return next();
    if (!request.is(['json', '+json'])) throw new AppError('unsupported_media');
    readBytes(request, response, (error?: unknown) => {
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

function hasBody(request: Request): boolean {
  return 'transfer-encoding' in request.headers || Number(request.headers['content-length'] ?? 0) > 0;
}
