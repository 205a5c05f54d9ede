import { type INestApplication, Module, type Type } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { API } from '../../edge/addresses';
import { product } from '../../edge/product';
import { LARGEST_FRAME } from '../../edge/sockets/largest-frame';
import { clientEvents } from '../events/client-event.request';
import { clientEventDocs, serverEventDocs } from '../events/event-docs';
import { serverEvents } from '../events/server-event.response';

export interface EventMessage {
  readonly name: string;
  readonly summary: string;
  readonly payload: object;
}

export interface AsyncApiDocument {
  readonly asyncapi: '3.0.0';
  readonly info: {
    readonly title: string;
    readonly version: string;
    readonly description: string;
    readonly license: object;
  };
  readonly components: {
    readonly messages: Readonly<Record<string, EventMessage>>;
    readonly schemas: Readonly<Record<string, object>>;
    readonly securitySchemes: object;
  };
  readonly [part: string]: unknown;
}

const description = `Answers as they are written, and what changes on other devices of the user.

Socket.IO at \`/socket.io\` and raw WebSockets at \`/${API}/ws/chat\` and \`/${API}/ws/{token}\` speak the same events. On a raw
socket each text frame is one JSON object, the event's name in its field \`type\`. On Socket.IO the name is the event's, the
payload is the rest, and an acknowledgement is \`{"success": true, "data": {…}}\` or \`{"success": false, "error": {…}}\`; what goes
wrong is told as an \`error\` event as well.

The token is an access token, or an API key with the scope \`chat\`. A raw socket takes it as \`?token=\`, in the path, in the
header \`Authorization\` or as the subprotocols \`bearer, <token>\`; Socket.IO as \`auth.token\`, \`?token=\` or in that header.
Without a valid one the upgrade is answered with 401, and Socket.IO reports a \`connect_error\` whose \`data.code\` tells why.

A raw socket closes with 4401 when its token or session has ended, 1008 after too many frames, 1009 after one of more than
${LARGEST_FRAME / 1024} KB, and 1012 when the server ends: connect again, and \`resume\` what was being read. Load balancers that do not keep a
client on one replica want Socket.IO without long-polling (\`transports: ["websocket"]\`).`;

/** AsyncAPI 3.0, made from the classes that the events are made of. */
export function buildAsyncApiDocument(app: INestApplication, publicUrl: string | undefined): AsyncApiDocument {
  const said = messagesOf(clientEvents, clientEventDocs, []);
  const heard = messagesOf(serverEvents, serverEventDocs, ['timestamp']);
  const url = new URL(publicUrl ?? 'http://localhost:8000');
  const channel = channelOf({ ...said, ...heard });
  const query = { type: 'object', properties: { token: { type: 'string' } } };
  return {
    asyncapi: '3.0.0',
    info: {
      title: `${product.name}: real time`,
      version: product.version,
      description,
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
    },
    defaultContentType: 'application/json',
    servers: {
      this: {
        host: url.host,
        protocol: url.protocol === 'https:' ? 'wss' : 'ws',
        description: 'This installation',
        security: [{ $ref: '#/components/securitySchemes/bearer' }],
      },
    },
    channels: {
      chat: {
        address: `/${API}/ws/chat`,
        description: 'A raw WebSocket',
        ...channel,
        bindings: { ws: { method: 'GET', query, bindingVersion: '0.1.0' } },
      },
      chatByToken: {
        address: `/${API}/ws/{token}`,
        description: 'The same, for clients that can set nothing but a path',
        ...channel,
        parameters: { token: { description: 'An access token, or an API key' } },
      },
      socketIo: {
        address: '/socket.io',
        description: 'Socket.IO 4, its protocol 5; the fields `type` are the names of events',
        ...channel,
      },
    },
    operations: { say: operationOf('receive', said), hear: operationOf('send', heard) },
    components: {
      messages: { ...said, ...heard },
      schemas: schemasOf(app, [...Object.values(clientEvents), ...Object.values(serverEvents)]),
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: 'Access token or API key' } },
    },
  };
}

function messagesOf(
  events: Readonly<Record<string, Type>>,
  docs: Readonly<Record<string, string>>,
  besides: readonly string[],
): Record<string, EventMessage> {
  const timestamp = { timestamp: { type: 'string', format: 'date-time' } };
  return Object.fromEntries(
    Object.entries(events).map(([type, { name }]) => {
      const frame = {
        type: 'object',
        required: ['type', ...besides],
        properties: { type: { const: type }, ...(besides.length > 0 && timestamp) },
      };
      const payload = { allOf: [frame, { $ref: `#/components/schemas/${name}` }] };
      return [type, { name: type, title: type, summary: docs[type] ?? '', payload }];
    }),
  );
}

function channelOf(messages: Readonly<Record<string, EventMessage>>) {
  const references = Object.keys(messages).map((type) => [type, { $ref: `#/components/messages/${type}` }]);
  return { messages: Object.fromEntries(references) as Record<string, object> };
}

function operationOf(action: 'send' | 'receive', messages: Readonly<Record<string, EventMessage>>) {
  const references = Object.keys(messages).map((type) => ({ $ref: `#/channels/chat/messages/${type}` }));
  return { action, channel: { $ref: '#/channels/chat' }, messages: references };
}

@Module({})
class NoRoutes {}

function schemasOf(app: INestApplication, classes: readonly Type[]): Record<string, object> {
  const head = new DocumentBuilder().setOpenAPIVersion('3.1.0').build();
  const document = SwaggerModule.createDocument(app, head, { include: [NoRoutes], extraModels: [...classes] });
  return document.components?.schemas ?? {};
}
