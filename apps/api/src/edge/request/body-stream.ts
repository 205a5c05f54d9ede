import { PassThrough } from 'node:stream';
import type { Request } from 'express';
import { CallerLeft } from '../answer/caller-left';

/** Hands on a body as it comes. Who has had enough of it can still be answered. */
export async function takeBody<T>(request: Request, take: (body: AsyncIterable<Buffer>) => Promise<T>): Promise<T> {
  const body = new PassThrough();
  const leave = (): void => void body.destroy(new CallerLeft());
  body.on('error', () => undefined);
  request.once('aborted', leave);
  request.pipe(body);
  try {
    return await take(body);
  } finally {
    request.off('aborted', leave);
    request.unpipe(body);
    request.resume();
  }
}
