import type { Request, RequestHandler, Response } from 'express';
import { newId } from '#kernel';
import { failSpan, type RequestContext, requestContext, serveInSpan, type Span } from '#platform';
import { secondsSince } from './process-time';

const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;

/** What is known of a request once its answer has ended, or its client has left. */
export interface RequestOutcome {
  readonly method: string;
  /** The template of the route, such as `/api/v1/users/:id`; never the path, whose variety has no bound. */
  readonly route: string | undefined;
  readonly path: string;
  readonly status: number;
  readonly seconds: number;
  readonly clientLeft: boolean;
}

/** What proxies call it when a client leaves before its answer has begun. */
const CLIENT_LEFT = 499;

/**
 * First in line: gives the request its id and context, stamps the answer, and tells what became of it. While the process
 * is ending, each answer is the last of its connection.
 */
export function requestPipeline(onEnd: (outcome: RequestOutcome) => void, isEnding: () => boolean): RequestHandler {
  return (request, response, next) => {
    const started = performance.now();
    const offered = request.headers['x-request-id'];
    const requestId = typeof offered === 'string' && REQUEST_ID.test(offered) ? offered : newId();
    response.setHeader('X-Request-ID', requestId);
    stampHead(response, started, isEnding);
    requestContext.run(contextOf(request, requestId), () =>
      serveInSpan(request.method, request.headers, (span) => {
        const context = requestContext.current();
        response.once('close', () => {
          const outcome = outcomeOf(request, response, started);
          endSpan(span, outcome);
          // An event of the socket may fire in another request's context.
          if (context) requestContext.run(context, () => onEnd(outcome));
        });
        next();
      }),
    );
  };
}

/** Without the path, which may hold a token. */
function endSpan(span: Span, { method, route, status }: RequestOutcome): void {
  if (route !== undefined) span.updateName(`${method} ${route}`);
  span.setAttributes({
    'http.request.method': method,
    'http.response.status_code': status,
    ...(route !== undefined && { 'http.route': route }),
  });
  if (status >= 500) failSpan(span, String(status));
  span.end();
}

function contextOf(request: Request, requestId: string): RequestContext {
  const { ip, headers } = request;
  const userAgent = headers['user-agent'];
  return { requestId, ...(ip !== undefined && { ip }), ...(userAgent !== undefined && { userAgent }) };
}

function stampHead(response: Response, started: number, isEnding: () => boolean): void {
  const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => Response;
  response.writeHead = (...args: unknown[]) => {
    response.setHeader('X-Process-Time', secondsSince(started));
    if (isEnding()) response.setHeader('Connection', 'close');
    return writeHead(...args);
  };
}

function outcomeOf(request: Request, response: Response, started: number): RequestOutcome {
  const route = request.route as { path?: unknown } | undefined;
  return {
    method: request.method,
    route: typeof route?.path === 'string' ? route.path : undefined,
    path: request.path,
    status: response.headersSent ? response.statusCode : CLIENT_LEFT,
    seconds: (performance.now() - started) / 1000,
    clientLeft: !response.writableFinished,
  };
}
