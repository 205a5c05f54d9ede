import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Type } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { Clock } from '#kernel';
import { createLog, loadConfig, NestLog, secretsOf, Shutdown } from '#platform';
import { AppModule } from '../../apps/api/src/app.module';
import { configureApp } from '../../apps/api/src/configure-app';
import { buildOpenApiDocument } from '../../apps/api/src/edge/docs/openapi-document';
import { ApiServerAdapter } from '../../apps/api/src/edge/request/api-server.adapter';
import { ApiClient } from './api-client';
import { createTestDatabase } from './database';
import type { TestDatabase } from './databases/test-database';
import { OpenApiCheck } from './openapi-check';
import { claimTestRedis } from './redis-url';
import { TestClock } from './test-clock';

interface StartOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Routes of the test's own, to try what is shared by all. */
  readonly controllers?: readonly Type[];
  /** One that others use too or that outlives the application; whoever made it drops it. */
  readonly database?: TestDatabase;
  readonly clock?: TestClock;
}

export interface TestApp {
  readonly api: ApiClient;
  readonly baseUrl: string;
  readonly clock: TestClock;
  readonly nest: NestExpressApplication;
  /** Every log line so far. */
  readonly logLines: readonly string[];
  stop(): Promise<void>;
}

/** The real application on a port and, unless told otherwise, a database of its own. */
export async function startApp({
  environment = {},
  controllers = [],
  database: given,
  clock = new TestClock(),
}: StartOptions = {}): Promise<TestApp> {
  const database = given ?? (await createTestDatabase());
  const dataDirectory = await mkdtemp(join(tmpdir(), 'chatgpt-backend-test-'));
  const config = loadConfig({
    NODE_ENV: 'test',
    DATABASE_URL: database.url,
    DATA_DIR: dataDirectory,
    // Suites that try the limits say so.
    RATE_LIMIT_AUTH: '0',
    RATE_LIMIT_LOGIN_ADDRESS: '0',
    RATE_LIMIT_SEND: '0',
    RATE_LIMIT_DEFAULT: '0',
    ...(await claimTestRedis()),
    ...environment,
  });
  const logLines: string[] = [];
  const log = await createLog(config.log, secretsOf(config), [{ write: (line) => void logLines.push(line) }]);
  const moduleRef = await Test.createTestingModule({
    imports: [AppModule.forRoot(config)],
    controllers: [...controllers],
  })
    .overrideProvider(Clock)
    .useValue(clock)
    .compile();
  const nest = moduleRef.createNestApplication<NestExpressApplication>(new ApiServerAdapter(), {
    bodyParser: false,
    logger: new NestLog(log.pino),
  });
  configureApp(nest, config);
  await nest.listen(0, '127.0.0.1');
  const { port } = nest.getHttpServer().address() as AddressInfo;
  const baseUrl = `http://127.0.0.1:${port}`;
  const openApi = new OpenApiCheck(buildOpenApiDocument(nest, undefined));
  return {
    api: new ApiClient(baseUrl, openApi),
    baseUrl,
    clock,
    nest,
    logLines,
    stop: async () => {
      nest.getHttpServer().closeAllConnections();
      await nest.get(Shutdown).begin(5_000);
      if (given === undefined) await database.drop();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}
