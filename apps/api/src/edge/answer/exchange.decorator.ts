import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Response } from 'express';
import type { ActorRequest } from '../auth/access.decorators';

/** For handlers that may write the answer themselves, and return `STREAMED` then. */
export interface HttpExchange {
  readonly request: ActorRequest;
  readonly response: Response;
}

export const Exchange = createParamDecorator((_data: unknown, context: ExecutionContext): HttpExchange => {
  const http = context.switchToHttp();
  return { request: http.getRequest(), response: http.getResponse() };
});
