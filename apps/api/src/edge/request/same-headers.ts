import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { RequestHandler } from 'express';

type HeaderSetter = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void;

/** For what sets the same headers on every answer: it is asked for them once. */
export function sameHeaders(setThem: HeaderSetter): RequestHandler {
  const headers = new Map<string, number | string | readonly string[]>();
  const sample = new ServerResponse(new IncomingMessage(new Socket()));
  sample.setHeader = (name, value) => {
    headers.set(name, value);
    return sample;
  };
  setThem(sample.req, sample, (error) => {
    if (error !== undefined) throw new Error('Headers of every answer cannot be set', { cause: error });
  });
  return (_request, response, next) => {
    for (const [name, value] of headers) response.setHeader(name, value);
    next();
  };
}
