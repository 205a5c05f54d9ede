import type { RequestHandler } from 'express';

/** One handler for Express, which spends more on going from one to the next than most of them take. */
export function inOrder(...handlers: readonly RequestHandler[]): RequestHandler {
  return (request, response, next) => {
    let at = 0;
    const goOn = (error?: unknown): void => {
      const handler = handlers[at++];
      if (error !== undefined || handler === undefined) return next(error);
      void handler(request, response, goOn);
    };
    goOn();
  };
}
