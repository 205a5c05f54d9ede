import type { RequestHandler } from 'express';
import { AppError } from '#kernel';

/**
 * Percent-encoding that is not UTF-8, or that hides a NUL, would be read differently by each layer behind. Since HTTP/1.1
 * the address has a host.
 */
export const wellFormedAddress: RequestHandler = (request, _response, next) => {
  if (request.httpVersion === '1.1' && request.headers.host === undefined) throw new AppError('malformed');
  if (request.url.includes('%') && !isWellFormed(request.url)) {
    throw new AppError('malformed', { reason: 'path_not_utf8' });
  }
  next();
};

function isWellFormed(url: string): boolean {
  try {
    return !decodeURIComponent(url).includes('\0');
  } catch {
    return false;
  }
}
