import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { inOrder } from './in-order';

const request = {} as Request;
const response = {} as Response;

async function run(...handlers: RequestHandler[]): Promise<unknown> {
  return new Promise((resolve) => void inOrder(...handlers)(request, response, resolve as NextFunction));
}

it('goes from one to the next, also later, and then on', async () => {
  const seen: string[] = [];
  const now: RequestHandler = (_request, _response, next) => (seen.push('now'), next());
  const later: RequestHandler = (_request, _response, next) => void setImmediate(() => (seen.push('later'), next()));
  expect(await run(now, later, now)).toBeUndefined();
  expect(seen).toEqual(['now', 'later', 'now']);
});

it('leaves the rest out where one has failed', async () => {
  const failure = new Error('no');
  const never = jest.fn();
  expect(await run((_request, _response, next) => next(failure), never)).toBe(failure);
  expect(never).not.toHaveBeenCalled();
});

it('goes no further than one who answers', () => {
  const [never, next] = [jest.fn(), jest.fn()];
  void inOrder(() => undefined, never)(request, response, next);
  expect([never, next].map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
});

it('serves requests side by side, each at its own place', () => {
  const waiting: NextFunction[] = [];
  const handler = inOrder(
    (_request, _response, next) => void waiting.push(next),
    (_request, _response, next) => next(),
  );
  const done = [jest.fn(), jest.fn()];
  for (const next of done) void handler(request, response, next);
  waiting[1]?.();
  expect(done.map(({ mock }) => mock.calls.length)).toEqual([0, 1]);
  waiting[0]?.();
  expect(done.map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
});
