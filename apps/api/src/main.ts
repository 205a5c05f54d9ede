import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { checkFirstAdmin } from '#auth';
import { checkModels } from '#llm';
import {
  checkFolders,
  createLog,
  loadConfig,
  NestLog,
  readEnvironment,
  secretsOf,
  Shutdown,
  startTracing,
} from '#platform';
import { AppModule } from './app.module';
import { compileSooner } from './compile-sooner';
import { configureApp } from './configure-app';
import { product } from './edge/product';
import { ApiServerAdapter } from './edge/request/api-server.adapter';
import { endOnSignals } from './end-on-signals';
import { explainBootFailure } from './explain-boot-failure';
import { reopenLogOnSignal } from './reopen-log-on-signal';
import { welcome } from './welcome';

async function main(): Promise<void> {
  const config = loadConfig(readEnvironment(), [checkFolders, checkFirstAdmin, checkModels]);
  const log = await createLog(config.log, secretsOf(config));
  if (config.log.file !== undefined) reopenLogOnSignal(log);
  const stopTracing = config.telemetry && (await startTracing(config.telemetry, product.version, log.pino));
  const app = await NestFactory.create<NestExpressApplication>(AppModule.forRoot(config), new ApiServerAdapter(), {
    abortOnError: false,
    bodyParser: false,
    logger: new NestLog(log.pino),
  });
  configureApp(app, config);
  if (stopTracing) app.get(Shutdown).on('close', 'traces', stopTracing);
  endOnSignals(app.get(Shutdown), config.http.shutdownGraceMs, log);
  await app.listen(config.http.port, config.http.host);
  compileSooner();
  welcome(config, (app.getHttpServer().address() as AddressInfo).port, log);
}

main().catch(explainBootFailure);
