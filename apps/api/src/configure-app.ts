import type { Server } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { NestExpressApplication } from '@nestjs/platform-express';
import compression from 'compression';
import type { RequestHandler } from 'express';
import helmet from 'helmet';
import { ActiveExchanges, ActiveTurns } from '#chat';
import { AppError } from '#kernel';
import { type Config, type HttpConfig, Locales, Mailer, RedisClient, Shutdown } from '#platform';
import { ForeignDoors } from './edge/doors/foreign-doors';
import { refuseBrokenRequests } from './edge/errors/broken-requests';
import { HttpMetrics } from './edge/metrics/http-metrics';
import { logRequest } from './edge/request/access-log';
import { inOrder } from './edge/request/in-order';
import { jsonBody } from './edge/request/json-body';
import { refuseNewWork } from './edge/request/refuse-new-work';
import { requestPipeline } from './edge/request/request-pipeline';
import { RunningRequests } from './edge/request/running-requests';
import { saidOnce } from './edge/request/said-once';
import { sameHeaders } from './edge/request/same-headers';
import { isStreamedBody } from './edge/request/streamed-bodies';
import { wellFormedAddress } from './edge/request/well-formed-address';
import { SseStreams } from './edge/sse/sse-stream';
import { mountDocs } from './http/docs/mount-docs';
import { attachSockets } from './realtime/attach-sockets';
import { mountRealtimeDocs } from './realtime/docs/mount-realtime-docs';

/** One text: cors would join a list anew for each answer. */
const EXPOSED_HEADERS = [
  'X-Request-ID',
  'X-Process-Time',
  'X-Conversation-ID',
  'X-Quota-Requests-Remaining',
  'X-Quota-Tokens-Remaining',
  'X-Cache',
  'RateLimit-Limit',
  'RateLimit-Remaining',
  'RateLimit-Reset',
  'Retry-After',
  'Content-Disposition',
  'X-Total-Conversations',
  'X-Total-Files',
  'X-Total-Messages',
].join(',');

/** How long those who wait for an answer that was cut off may take to be told. */
const LAST_WORDS_MS = 500;

/** Everything between the socket and the controllers; the same for `main` and for the tests. */
export function configureApp(app: NestExpressApplication, { http }: Pick<Config, 'http'>): void {
  const metrics = app.get(HttpMetrics);
  const doors = app.get(ForeignDoors);
  const shutdown = app.get(Shutdown);
  const isEnding = (): boolean => shutdown.begun;
  app.set('trust proxy', http.trustProxy);
  app.set('etag', false);
  app.disable('x-powered-by');
  app.use(
    inOrder(
      requestPipeline((outcome) => {
        metrics.observe(outcome);
        logRequest(outcome);
      }, isEnding),
      sameHeaders(
        helmet({
          contentSecurityPolicy: {
            useDefaults: false,
            directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
          },
          crossOriginResourcePolicy: { policy: 'cross-origin' },
        }),
      ),
    ),
  );
  const anyOrigin = http.corsOrigins === 'any';
  app.enableCors({
    origin: anyOrigin ? '*' : [...http.corsOrigins],
    credentials: !anyOrigin,
    exposedHeaders: EXPOSED_HEADERS,
    maxAge: 600,
  });
  app.use(
    inOrder(
      compressed(),
      refuseNewWork(isEnding),
      wellFormedAddress,
      saidOnce,
      jsonBody((path) => doors.at(path)?.maxBodyBytes ?? http.maxBodyBytes, isStreamedBody),
    ),
  );
  if (http.docsEnabled) {
    mountRealtimeDocs(app, http.publicUrl);
    mountDocs(app, http.publicUrl);
  }
  configureServer(app, http);
}

/** Whoever names no coding has nothing to be asked. */
function compressed(): RequestHandler {
  const compress = compression({ filter: isCompressible });
  return (request, response, next) => {
    if (request.headers['accept-encoding'] === undefined) next();
    else compress(request, response, next);
  };
}

/** A stream must not wait in a compressor. */
const isCompressible: compression.CompressionFilter = (request, response) =>
  !String(response.getHeader('Content-Type')).startsWith('text/event-stream') && compression.filter(request, response);

function configureServer(app: NestExpressApplication, http: HttpConfig): void {
  const server = app.getHttpServer();
  const locales = app.get(Locales);
  server.headersTimeout = 15_000;
  // Bodies have limits of their own: a long one may take longer than a slow one should.
  server.requestTimeout = 0;
  // Longer than proxies keep theirs, or they send into a connection that is just being closed.
  server.keepAliveTimeout = 65_000;
  refuseBrokenRequests(server, locales);
  const sockets = attachSockets(app, http);

  const shutdown = app.get(Shutdown);
  const requests = new RunningRequests(server);
  const turns = app.get(ActiveTurns);
  shutdown.on('drain', 'requests, answers and sockets', () =>
    drained(server, [requests.ended(), turns.drain(), sockets.drain()]),
  );
  shutdown.on('drain', 'mail', (limit) => app.get(Mailer).close(limit));
  shutdown.on('disconnect', 'answers and connections', async () => {
    server.close();
    app.get(ActiveExchanges).cutOff(new AppError('unavailable', { reason: 'shutting_down' }));
    await turns.cutOff();
    app.get(SseStreams).cutOff(new AppError('unavailable', { reason: 'shutting_down' }));
    sockets.cutOff();
    await Promise.race([requests.ended(), pause(LAST_WORDS_MS)]);
    server.closeAllConnections();
  });
  shutdown.on('close', 'Redis', () => app.get(RedisClient).close());
  shutdown.on('close', 'modules and database', () => app.close());
}

/** Resolves when the work is done and every connection has ended. Until then the door is open: whoever knocks is told why not. */
async function drained(server: Server, work: readonly Promise<void>[]): Promise<void> {
  // An answer that began before the end has promised to keep its connection.
  server.keepAliveTimeout = 1;
  server.closeIdleConnections();
  await Promise.all(work);
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
