import type { Server } from 'node:http';
import type { NestExpressApplication } from '@nestjs/platform-express';
import compression from 'compression';
import helmet from 'helmet';
import { type Config, Locales, Mailer, RedisClient, Shutdown } from '#platform';
import { refuseBrokenRequests } from './edge/errors/broken-requests';
import { HttpMetrics } from './edge/metrics/http-metrics';
import { logRequest } from './edge/request/access-log';
import { jsonBody } from './edge/request/json-body';
import { requestPipeline } from './edge/request/request-pipeline';
import { wellFormedAddress } from './edge/request/well-formed-address';
import { mountDocs } from './http/docs/mount-docs';
import { guardUpgrades } from './realtime/upgrade-gate';

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
];

/** Everything between the socket and the controllers; the same for `main` and for the tests. */
export function configureApp(app: NestExpressApplication, { http }: Pick<Config, 'http'>): void {
  const metrics = app.get(HttpMetrics);
  const shutdown = app.get(Shutdown);
  app.set('trust proxy', http.trustProxy);
  app.set('etag', false);
  app.use(
    requestPipeline(
      (outcome) => {
        metrics.observe(outcome);
        logRequest(outcome);
      },
      () => shutdown.begun,
    ),
    helmet({
      contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
      crossOriginResourcePolicy: { policy: 'cross-origin' },
    }),
  );
  const anyOrigin = http.corsOrigins === 'any';
  app.enableCors({
    origin: anyOrigin ? '*' : [...http.corsOrigins],
    credentials: !anyOrigin,
    exposedHeaders: EXPOSED_HEADERS,
    maxAge: 600,
  });
  app.use(compression({ filter: isCompressible }), wellFormedAddress, jsonBody(http.maxBodyBytes));
  if (http.docsEnabled) mountDocs(app, http.publicUrl);
  configureServer(app);
}

/** A stream must not wait in a compressor. */
const isCompressible: compression.CompressionFilter = (request, response) =>
  !String(response.getHeader('Content-Type')).startsWith('text/event-stream') && compression.filter(request, response);

function configureServer(app: NestExpressApplication): void {
  const server = app.getHttpServer();
  const locales = app.get(Locales);
  server.headersTimeout = 15_000;
  server.requestTimeout = 120_000;
  // Longer than proxies keep theirs, or they send into a connection that is just being closed.
  server.keepAliveTimeout = 65_000;
  refuseBrokenRequests(server, locales);
  guardUpgrades(server, locales);

  const shutdown = app.get(Shutdown);
  shutdown.on('drain', 'HTTP requests', () => drained(server));
  shutdown.on('drain', 'mail', (limit) => app.get(Mailer).close(limit));
  shutdown.on('disconnect', 'HTTP connections', () => server.closeAllConnections());
  shutdown.on('close', 'Redis', () => app.get(RedisClient).close());
  shutdown.on('close', 'modules and database', () => app.close());
}

/** Resolves when every connection has ended: the idle ones at once, the others after their answer. */
function drained(server: Server): Promise<void> {
  // An answer that began before the end has promised to keep its connection.
  server.keepAliveTimeout = 1;
  return new Promise((resolve) => server.close(() => resolve()));
}
