import type { NestExpressApplication } from '@nestjs/platform-express';
import { type AsyncApiDocument, buildAsyncApiDocument } from './asyncapi-document';
import { clientTypes } from './client-types';
import { realtimePage } from './realtime-page';

/** `/asyncapi.json`, `/docs/realtime` and `/docs/realtime.d.ts`; the document is made when first asked for. */
export function mountRealtimeDocs(app: NestExpressApplication, publicUrl: string | undefined): void {
  let made: AsyncApiDocument | undefined;
  const document = (): AsyncApiDocument => (made ??= buildAsyncApiDocument(app, publicUrl));
  const express = app.getHttpAdapter().getInstance();
  express.get('/asyncapi.json', (_request, response) => void response.json(document()));
  express.get('/docs/realtime.d.ts', (_request, response) => {
    response.type('text/plain').send(clientTypes(document()));
  });
  express.get('/docs/realtime', (_request, response) => {
    response.setHeader(
      'Content-Security-Policy',
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    );
    response.type('html').send(realtimePage(document()));
  });
}
