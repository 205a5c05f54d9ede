import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { register } from 'prom-client';
import { loadConfig, renderEnvExample } from '#platform';
import { AppModule } from '../apps/api/src/app.module';
import { buildOpenApiDocument } from '../apps/api/src/edge/docs/openapi-document';
import { buildAsyncApiDocument } from '../apps/api/src/realtime/docs/asyncapi-document';
import { clientTypes } from '../apps/api/src/realtime/docs/client-types';
import { dashboard, type MetricShape } from './dashboard';

/** Writes what is derived from the code; with `--check` only tells what has fallen behind. */
async function generate(): Promise<void> {
  const files = { '.env.example': renderEnvExample(), ...(await documents()) };
  const stale = Object.entries(files).filter(([path, text]) => read(path) !== text);
  if (process.argv.includes('--check')) {
    for (const [path] of stale) console.error(`${path} is not what the code says: run npm run generate`);
    process.exitCode = stale.length > 0 ? 1 : 0;
    return;
  }
  for (const [path, text] of stale) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    console.log(`wrote ${path}`);
  }
}

async function documents(): Promise<Record<string, string>> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'chatgpt-backend-generate-'));
  const config = loadConfig({ NODE_ENV: 'test', DATABASE_URL: 'sqlite:///:memory:', DATA_DIR: dataDirectory });
  const app = await NestFactory.create(AppModule.forRoot(config), { logger: false, abortOnError: false });
  await app.init();
  const openApi = buildOpenApiDocument(app, undefined);
  const asyncApi = buildAsyncApiDocument(app, undefined);
  const metrics = register.getMetricsAsArray().map(shapeOf);
  await app.close();
  rmSync(dataDirectory, { recursive: true });
  return {
    'docs/generated/openapi.json': jsonOf(openApi),
    'docs/generated/asyncapi.json': jsonOf(asyncApi),
    'deploy/grafana/dashboards/chatgpt-backend.json': jsonOf(dashboard(metrics)),
    'docs/generated/realtime.d.ts': clientTypes(asyncApi),
  };
}

/** The library has the type and the labels, and does not say so in its types. */
function shapeOf(metric: object): MetricShape {
  const { name, help, type, labelNames } = metric as Record<'name' | 'help' | 'type', string> & {
    labelNames: string[];
  };
  return { name, help, type, labels: labelNames };
}

function jsonOf(document: object): string {
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

void generate();
