import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { Outside } from '../e2e/chat/outside';
import { createTestDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/databases/test-database';
import { fails, says, startUpstream, type Upstream } from '../harness/upstream';

interface Attribute {
  readonly key: string;
  readonly value: object;
}
interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: readonly Attribute[];
}
interface Export {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[];
  }[];
}
interface Received {
  readonly url: string | undefined;
  readonly key: string | string[] | undefined;
  readonly body: Export;
}

const CALLER = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };
const traceparent = `00-${CALLER.traceId}-${CALLER.spanId}-01`;
const CLIENT = 3;
const SERVER = 2;

let collector: Server;
let received: Received[];
let database: TestDatabase;
let upstream: Upstream;
let server: Outside;

beforeAll(async () => {
  received = [];
  collector = createServer((request: IncomingMessage, response) => {
    void json(request).then((body) => {
      received.push({ url: request.url, key: request.headers['x-key'], body: body as Export });
      response.setHeader('content-type', 'application/json').end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  [database, upstream] = await Promise.all([createTestDatabase(), startUpstream()]);
  server = await Outside.start(database, upstream, {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-key=canary%2Dkey',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
    OPENAI_MAX_RETRIES: '1',
  });
}, 60_000);
afterAll(async () => {
  await server.server.dispose();
  await upstream.close();
  collector.close();
  await database.drop();
});

const valuesOf = (attributes: readonly Attribute[]) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0] as unknown]));

it('tell of a request, its turn and each call of the upstream, and nothing of what was said', async () => {
  const alice = await server.register();
  const conversation = await server.begin(alice);
  upstream.answers(fails(500), says('a secret answer'));
  const sent = await server.send(alice, conversation, { content: 'a secret question' }, { traceparent });
  expect(sent.status).toBe(201);
  const [first, second] = [await upstream.nextCall(), await upstream.nextCall()];
  // What is still waiting leaves with the process.
  server.server.child.kill('SIGTERM');
  expect(await server.server.ended).toBe(0);

  expect(received.map(({ url, key }) => [url, key])).toEqual(received.map(() => ['/v1/traces', 'canary-key']));
  const [{ body }] = received as [Received];
  expect(valuesOf(body.resourceSpans[0]?.resource.attributes ?? [])).toMatchObject({
    'service.name': 'chatgpt-backend',
    'service.version': expect.any(String) as string,
    'deployment.environment.name': 'test',
  });

  const exported = received.flatMap(({ body }) => body.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans));
  const spans = exported.flatMap(({ spans }) => spans);
  const [request, ...others] = spans.filter(({ parentSpanId }) => parentSpanId === CALLER.spanId);
  expect(others).toEqual([]);
  expect(request).toMatchObject({
    ...{ traceId: CALLER.traceId, kind: SERVER, name: 'POST /api/v1/conversations/:id/messages' },
  });
  expect(valuesOf(request?.attributes ?? [])).toMatchObject({ 'http.response.status_code': 201 });
  const [turn] = spans.filter(({ parentSpanId }) => parentSpanId === request?.spanId);
  expect(turn).toMatchObject({ traceId: CALLER.traceId, name: 'turn' });
  expect(valuesOf(turn?.attributes ?? [])).toMatchObject({
    ...{ 'gen_ai.conversation.id': conversation, 'chat.turn.status': 'complete' },
  });

  const calls = spans.filter(({ parentSpanId }) => parentSpanId === turn?.spanId);
  const [failed, answered] = calls.map(({ attributes }) => valuesOf(attributes));
  expect(calls.map(({ kind, traceId }) => [kind, traceId])).toEqual(Array(2).fill([CLIENT, CALLER.traceId]));
  expect(failed).toMatchObject({ 'error.type': '500' });
  expect(answered).toMatchObject({
    ...{
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.usage.output_tokens': expect.anything(),
    },
  });
  expect(calls[0]?.name).toBe(`chat ${String(answered?.['gen_ai.request.model'])}`);
  expect([first, second].map(({ headers }) => headers['traceparent'])).toEqual(
    calls.map(({ spanId }) => `00-${CALLER.traceId}-${spanId}-01`),
  );

  expect(JSON.stringify(received)).not.toMatch(/secret|sk-platform|password/);
  expect(server.server.output()).toContain(`"trace_id":"${CALLER.traceId}"`);
  expect(server.server.output()).not.toContain('canary-key');
});
