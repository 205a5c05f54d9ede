import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { createLog, loadConfig, NestLog, readEnvironment, secretsOf, Shutdown } from '#platform';
import { AppModule } from './app.module';
import { configureApp } from './configure-app';
import { endOnSignals } from './end-on-signals';
import { explainBootFailure } from './explain-boot-failure';
import { welcome } from './welcome';

async function main(): Promise<void> {
  const config = loadConfig(readEnvironment());
  const log = await createLog(config.log, secretsOf(config));
  const app = await NestFactory.create<NestExpressApplication>(AppModule.forRoot(config), {
    abortOnError: false,
    bodyParser: false,
    logger: new NestLog(log.pino),
  });
  configureApp(app, config);
  endOnSignals(app.get(Shutdown), config.http.shutdownGraceMs, log);
  await app.listen(config.http.port, config.http.host);
  welcome(config, (app.getHttpServer().address() as AddressInfo).port, log);
}

main().catch(explainBootFailure);
