import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { errorCatalogue } from '#kernel';
import { API } from '../addresses';
import { PUBLIC_EXTENSION } from '../auth/access.decorators';
import { product } from '../product';
import { errorResponse, OWN_ERRORS_EXTENSION } from './api-route.decorator';

type Operation = NonNullable<OpenAPIObject['paths'][string]['post']>;

const description = `Accounts, conversations with language models, streamed answers, quotas and administration.

Every JSON answer under \`/${API}\` is an envelope: \`success\`, and \`data\` or \`error\`. The error codes are a closed list.
Texts come in English or Simplified Chinese, as \`Accept-Language\` asks. Every answer carries \`X-Request-ID\` and \`X-Process-Time\`.`;

/** OpenAPI 3.1, made from the routes themselves. */
export function buildOpenApiDocument(app: INestApplication, publicUrl: string | undefined): OpenAPIObject {
  const head = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(product.name)
    .setDescription(description)
    .setVersion(product.version)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer(publicUrl ?? '/', 'This installation')
    .addTag('System', 'Health, information and metrics; at the root and, the same, under the API')
    .addTag('Models', 'The language models on offer')
    .addTag('Accounts', 'Registration, sign-in, sessions and passwords')
    .addTag('Me', 'The account of whoever asks')
    .addTag('Conversations', 'Threads of messages with a language model')
    .addTag('Messages', 'What was said, in a tree of which a conversation shows one branch')
    .addTag('Plain chat door', 'For clients of other backends: one address to talk to, no envelope, errors of its own')
    .addTag(
      'Integer-id door',
      'For clients of other backends: conversations are called by numbers, errors are one text',
    )
    .addTag('Ask door', 'For clients of other backends: a prompt and the answer whole; also over gRPC, see /chat.proto')
    .addTag('API keys', 'Credentials for programs')
    .addTag('Administration', 'For roles that allow it; each route names its permission')
    .addTag('OpenAI', "For OpenAI's own clients, in its own words: no envelope, and errors as it has them")
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'Access token or API key' },
      'bearer',
    )
    .addSecurityRequirements('bearer')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'METRICS_TOKEN' }, 'metrics')
    .build();
  const document = SwaggerModule.createDocument(app, head, {
    // A controller with two paths has its methods numbered: `overall[0]`.
    operationIdFactory: (controller, method) =>
      `${controller.replace(/Controller$/, '')}_${method.replace(/\[\d+\]$/, '')}`,
  });
  return withBodyErrors(withPublicOperations(withUniqueOperationIds(document)));
}

/** A route that answers in two places is described twice, under two ids. */
function withUniqueOperationIds(document: OpenAPIObject): OpenAPIObject {
  for (const [path, item] of Object.entries(document.paths)) {
    if (!path.startsWith(`/${API}`)) continue;
    for (const operation of Object.values(item) as { operationId?: string }[]) {
      const atRoot = document.paths[path.slice(API.length + 1) || '/'];
      if (atRoot !== undefined && operation.operationId) operation.operationId += '_api';
    }
  }
  return document;
}

/** As the guard has it: everything needs a credential that does not say otherwise. */
function withPublicOperations(document: OpenAPIObject): OpenAPIObject {
  for (const item of Object.values(document.paths)) {
    for (const operation of Object.values(item) as { security?: object[]; [PUBLIC_EXTENSION]?: true }[]) {
      if (operation[PUBLIC_EXTENSION]) operation.security ??= [];
      delete operation[PUBLIC_EXTENSION];
    }
  }
  return document;
}

/** What any body can be refused for, before its route looks at it; also where the route wants none. */
function withBodyErrors(document: OpenAPIObject): OpenAPIObject {
  for (const item of Object.values(document.paths)) {
    for (const [method, operation] of Object.entries(item) as [
      string,
      Operation & { [OWN_ERRORS_EXTENSION]?: true },
    ][]) {
      const { responses, [OWN_ERRORS_EXTENSION]: hasOwnErrors } = operation;
      delete operation[OWN_ERRORS_EXTENSION];
      if (method === 'get' || hasOwnErrors) continue;
      for (const kind of ['invalid', 'too_large', 'unsupported_media'] as const) {
        responses[errorCatalogue[kind].http] ??= errorResponse([kind]);
      }
    }
  }
  return document;
}
