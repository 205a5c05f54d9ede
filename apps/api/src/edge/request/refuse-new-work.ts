import type { RequestHandler } from 'express';
import { AppError } from '#kernel';
import { API } from '../addresses';

const HEALTH = new RegExp(`^(/${API})?/health(/|$)`);

/** While the process is ending, whoever asks for its health is told, and everyone else has to ask elsewhere. */
export function refuseNewWork(isEnding: () => boolean): RequestHandler {
  return (request, _response, next) => {
    if (isEnding() && !HEALTH.test(request.path))
      throw new AppError('unavailable', { reason: 'shutting_down', retryAfter: 1 });
    next();
  };
}
