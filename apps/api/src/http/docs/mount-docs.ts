import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { SwaggerModule } from '@nestjs/swagger';
import type { RequestHandler } from 'express';
import { buildOpenApiDocument } from '../../edge/docs/openapi-document';
import { product } from '../../edge/product';

const REDOC_FILE = 'redoc.standalone.js';

const redocPage = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${product.name}</title>
    <style>body { margin: 0; padding: 0; }</style>
  </head>
  <body>
    <redoc spec-url="/openapi.json" disable-search="false"></redoc>
    <script src="/redoc/${REDOC_FILE}"></script>
  </body>
</html>
`;

/** Both pages run scripts of this origin alone; the styles that they make themselves are inline. */
const allowDocsPage: RequestHandler = (_request, response, next) => {
  response.setHeader(
    'Content-Security-Policy',
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; worker-src blob:; frame-ancestors 'none'",
  );
  next();
};

/** `/docs` (Swagger UI), `/redoc` and `/openapi.json`, all from local files; the document is made when first asked for. */
export function mountDocs(app: NestExpressApplication, publicUrl: string | undefined): void {
  app.use(['/docs', '/redoc'], allowDocsPage);
  SwaggerModule.setup('docs', app, () => buildOpenApiDocument(app, publicUrl), {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: product.name,
    swaggerOptions: { persistAuthorization: true, tryItOutEnabled: true },
  });
  const express = app.getHttpAdapter().getInstance();
  express.get('/redoc', (_request, response) => void response.type('html').send(redocPage));
  express.get(`/redoc/${REDOC_FILE}`, (_request, response) => response.sendFile(redocBundle()));
}

/** The build copies the bundle beside this file; from source it is read where it was installed. */
function redocBundle(): string {
  const built = join(__dirname, REDOC_FILE);
  return existsSync(built) ? built : require.resolve(`redoc/bundles/${REDOC_FILE}`);
}
