import type { RequestHandler } from 'express';
import { AppError } from '#kernel';

const ONCE = new Set(['host', 'authorization', 'content-type']);

/** Node takes the first of several; who stands before us, and let the request pass, may have read the last. */
export const saidOnce: RequestHandler = ({ rawHeaders }, _response, next) => {
  const seen = new Set<string>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]?.toLowerCase() ?? '';
    if (!ONCE.has(name)) continue;
    if (seen.has(name)) throw new AppError('malformed');
    seen.add(name);
  }
  next();
};
