import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { type ApiAnswer } from '../harness/api-client';
import { eventually } from '../harness/eventually';
import { startApp, type TestApp } from '../harness/start-app';
import { ProbeController } from './probe.controller';

interface ErrorBody {
  success: boolean;
  error: { code: string; message: string; details?: { field?: string; issue?: string; errors?: unknown[] } };
  request_id: string;
  data?: { echo: string };
}

const PROBE = '/api/v1/probe';

describe('the edge', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startApp({ controllers: [ProbeController], environment: { MAX_BODY_MB: '1' } });
  });
  afterAll(() => app.stop());

  const post = (body: unknown, headers: Record<string, string> = {}): Promise<ApiAnswer<ErrorBody>> =>
    app.api.post<ErrorBody>(PROBE, body, { headers });
  const refusal = ({ status, body }: ApiAnswer<ErrorBody>): string =>
    `${status} ${body.error.code} ${body.error.details?.field ?? ''}`.trim();

  /** Bytes as they are, on a connection of their own; answers all that comes back. */
  async function rawHttp(text: string | Buffer): Promise<string> {
    const socket = connect(Number(new URL(app.baseUrl).port), '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    socket.write(text);
    await once(socket, 'close');
    return answer;
  }

  describe('answers', () => {
    it('wraps success in the envelope', async () => {
      const answer = await post({ name: 'Bob' });
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({
        success: true,
        data: { echo: '{"name":"Bob"}' },
        message: 'OK',
        timestamp: app.clock.date().toISOString(),
      });
    });

    it('answers 201 where something was made', async () => {
      expect((await app.api.post(`${PROBE}/made`)).status).toBe(201);
    });

    it('stamps every answer with its request id and time', async () => {
      const mine = await app.api.get(`${PROBE}/list`, { headers: { 'x-request-id': 'my-id_1.2' } });
      expect(mine.headers.get('x-request-id')).toBe('my-id_1.2');
      expect(Number(mine.headers.get('x-process-time'))).toBeGreaterThan(0);
      const failed = await app.api.get<ErrorBody>('/nowhere', { headers: { 'x-request-id': 'my-id' } });
      expect(failed.body.request_id).toBe('my-id');
      expect(failed.headers.get('x-process-time')).toMatch(/^\d+\.\d+$/);
    });

    it.each(['with space', 'x'.repeat(129), '<script>', ''])('replaces the request id %j', async (id) => {
      const answer = await app.api.get(`${PROBE}/list`, { headers: { 'x-request-id': id } });
      expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    });

    it('carries the usual security headers and does not tell what runs', async () => {
      const { headers } = await app.api.get('/health/live');
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('strict-transport-security')).toContain('max-age');
    });

    it('compresses JSON over 1 KB and nothing smaller', async () => {
      const large = await app.api.get<ErrorBody>(`${PROBE}/large`, { headers: { 'accept-encoding': 'gzip' } });
      expect(large.headers.get('content-encoding')).toBe('gzip');
      expect(large.body.data?.echo).toHaveLength(5_000);
      const small = await app.api.get(`${PROBE}/list`, { headers: { 'accept-encoding': 'gzip' } });
      expect(small.headers.get('content-encoding')).toBeNull();
    });

    it('never holds a stream back, nor compresses it', async () => {
      const { response, chunk } = await openStream('');
      expect(chunk).toBe('data: first\n\n');
      expect(response.headers['content-encoding']).toBeUndefined();
      response.destroy();
    });

    it('cuts a stream that fails in the middle, so that nobody takes it for whole', async () => {
      const { response } = await openStream('?fail=1');
      const failed = once(response, 'error');
      releaseStreams();
      expect(((await failed) as [NodeJS.ErrnoException])[0].code).toBe('ECONNRESET');
    });
  });

  const openResponses = new Set<{ emit(event: string): boolean }>();
  const releaseStreams = (): void => openResponses.forEach((response) => response.emit('release'));

  beforeAll(() => {
    app.nest.getHttpServer().on('request', (_request: unknown, response: { emit(event: string): boolean }) => {
      openResponses.add(response);
    });
  });

  async function openStream(query: string) {
    const request = httpRequest(`${app.baseUrl}${PROBE}/stream${query}`, { headers: { 'accept-encoding': 'gzip' } });
    request.end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const [chunk] = (await once(response, 'data')) as [Buffer];
    return { response, chunk: chunk.toString() };
  }

  describe('errors', () => {
    it('speaks Chinese to who asks for it', async () => {
      const { body } = await app.api.get<ErrorBody>('/nowhere', { headers: { 'accept-language': 'zh-CN,zh;q=0.9' } });
      expect(body.error).toEqual({ code: 'RESOURCE_NOT_FOUND', message: '资源不存在' });
    });

    it('tells when to come back', async () => {
      const answer = await app.api.get<ErrorBody>(`${PROBE}/fails?how=limited`);
      expect(answer.status).toBe(429);
      expect(answer.headers.get('retry-after')).toBe('7');
      expect(answer.body.error.details).toEqual({ retry_after: 7 });
    });

    it('shows the details of an expected error', async () => {
      const answer = await app.api.get<ErrorBody>(`${PROBE}/fails?how=conflict`);
      expect([answer.status, answer.body.error.details]).toEqual([409, { message_id: 'm-1' }]);
    });

    it('says nothing of a defect but the request id, which the log explains', async () => {
      const answer = await app.api.get<ErrorBody>(`${PROBE}/fails?how=defect`);
      expect(answer.status).toBe(500);
      expect(answer.text).not.toMatch(/canary|secret|\.ts/);
      const line = app.logLines.find((entry) => entry.includes(answer.body.request_id) && entry.includes('canary'));
      expect(line).toContain('"stack"');
    });

    it.each([
      ['GET', '/nowhere', 404, null],
      ['GET', '/api/v1/nowhere', 404, null],
      ['DELETE', '/health', 405, 'GET, HEAD'],
      ['PUT', PROBE, 405, 'POST'],
      ['GET', PROBE, 405, 'POST'],
      ['POST', `${PROBE}/list`, 405, 'GET, HEAD'],
    ])('%s %s is %d', async (method, path, status, allow) => {
      const answer = await app.api.send<ErrorBody>(method, path);
      expect([answer.status, answer.headers.get('allow')]).toEqual([status, allow]);
      expect(answer.body.error.code).toBe(status === 404 ? 'RESOURCE_NOT_FOUND' : 'METHOD_NOT_ALLOWED');
    });

    it('has no HEAD where there is no GET', async () => {
      const answer = await app.api.send('HEAD', PROBE);
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
    });

    it('answers HEAD like GET, without a body', async () => {
      const answer = await app.api.send('HEAD', `${PROBE}/list`);
      expect([answer.status, answer.text]).toEqual([200, '']);
      expect(Number(answer.headers.get('content-length'))).toBeGreaterThan(0);
    });
  });

  describe('input', () => {
    it('lists every issue, the first one in front', async () => {
      const answer = await post({ name: 'x', note: 5, is_admin: true });
      expect(answer.status).toBe(422);
      const errors = answer.body.error.details?.errors as { field: string; issue: string }[];
      expect(errors).toHaveLength(3);
      expect(errors).toEqual(
        expect.arrayContaining([
          { field: 'is_admin', issue: 'is not a known field' },
          { field: 'name', issue: 'must have 3 to 10 characters' },
          { field: 'note', issue: 'must be a string' },
        ]),
      );
      expect(answer.body.error.details).toMatchObject(errors[0] ?? {});
    });

    it.each([
      [{ name: null }, '422 VALIDATION_ERROR name'],
      [{}, '422 VALIDATION_ERROR name'],
      [undefined, '422 VALIDATION_ERROR name'],
      [{ name: 'Bob', note: null }, '422 VALIDATION_ERROR note'],
      [{ name: ['Bob'] }, '422 VALIDATION_ERROR name'],
      [{ name: 'a\0b' }, '422 VALIDATION_ERROR name'],
      ['{"name":"a\\ud800b"}', '422 VALIDATION_ERROR name'],
      ['{"name":"Bob","__proto__":{"is_vip":true}}', '422 VALIDATION_ERROR __proto__'],
      ['{"name":"Bob","constructor":{}}', '422 VALIDATION_ERROR constructor'],
      ['{"name":"Bob","toString":1}', '422 VALIDATION_ERROR toString'],
      ['{"name":"Bob","hasOwnProperty":null}', '422 VALIDATION_ERROR hasOwnProperty'],
      ['{"name":"Bob",}', '400 VALIDATION_ERROR'],
      ['{"name":"Bob","name":"Eve"}', '400 VALIDATION_ERROR'],
      ['["Bob"]', '400 VALIDATION_ERROR'],
      ['"Bob"', '400 VALIDATION_ERROR'],
      [Buffer.from([0x7b, 0xff, 0x7d]), '400 VALIDATION_ERROR'],
      [`{"name":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, '400 VALIDATION_ERROR'],
    ])('refuses %j', async (body, expected) => {
      expect(refusal(await post(body))).toBe(expected);
    });

    it('takes well-formed text as it is', async () => {
      const name = '你好e\u0301👨‍👩‍👧';
      const answer = await app.api.post<{ data: { echo: string } }>(PROBE, { name });
      expect(JSON.parse(answer.body.data.echo)).toEqual({ name });
    });

    it.each([
      ['text/plain', undefined],
      ['application/x-www-form-urlencoded', undefined],
      ['multipart/form-data; boundary=x', undefined],
      ['application/json', 'rubbish'],
    ])('refuses a body of %s (encoded %s) with 415', async (type, encoding) => {
      const headers = { 'content-type': type, ...(encoding && { 'content-encoding': encoding }) };
      expect(refusal(await post('{"name":"Bob"}', headers))).toBe('415 UNSUPPORTED_MEDIA_TYPE');
    });

    it('refuses a body without a type', async () => {
      const answer = await rawHttp(
        `POST ${PROBE} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 415 [^]*UNSUPPORTED_MEDIA_TYPE[^]*application\/json/);
    });

    it.each([
      ['application/json; charset=utf-16', 415],
      ['application/json; charset="iso-8859-1"', 415],
      ['application/json; charset=UTF-8', 200],
      ['application/json;charset="utf-8"; x=y', 200],
    ])('answers a body of %s with %d', async (type, status) => {
      expect((await post('{"name":"Bob"}', { 'content-type': type })).status).toBe(status);
    });

    it('refuses a transfer coding beside chunks', async () => {
      const head = `POST ${PROBE} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\n`;
      const answer = await rawHttp(`${head}Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 415 [^]*UNSUPPORTED_MEDIA_TYPE/);
    });

    it('takes one megabyte and not a byte more, however it is sent', async () => {
      const sized = (bytes: number): string => `{"name":"Bob","note":"${'x'.repeat(bytes - 24)}"}`;
      expect((await post(sized(1_048_576))).status).toBe(200);
      expect(refusal(await post(sized(1_048_577)))).toBe('413 PAYLOAD_TOO_LARGE');
      const bomb = gzipSync(Buffer.alloc(50_000_000, ' '));
      expect(refusal(await post(bomb, { 'content-encoding': 'gzip' }))).toBe('413 PAYLOAD_TOO_LARGE');
      const chunk = `100000\r\n${' '.repeat(0x100000)}\r\n`;
      const head = `POST ${PROBE} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n`;
      expect(await rawHttp(`${head}${chunk}1\r\n \r\n0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 413 [^]*PAYLOAD_TOO_LARGE/);
    });

    it('reads a compressed body', async () => {
      expect((await post(gzipSync('{"name":"Bob"}'), { 'content-encoding': 'gzip' })).status).toBe(200);
    });

    it.each([
      ['size=5', 200],
      ['size=100', 200],
      ['toString=1', 422],
      ['__proto__=1', 422],
      ['size=0', 422],
      ['size=101', 422],
      ['size=-1', 422],
      ['size=1.5', 422],
      ['size=1e2', 422],
      ['size=abc', 422],
      ['size=', 422],
      ['size=5&size=6', 422],
      ['size[]=5', 422],
      ['size=99999999999999999999', 422],
      ['colour=red', 422],
      ['size=%ff', 400],
      ['x=%00', 400],
      ['x=%', 400],
    ])('answers ?%s with %d', async (query, status) => {
      const answer = await app.api.get<ErrorBody>(`${PROBE}/list?${query}`);
      expect(answer.status).toBe(status);
      if (status !== 200) expect(answer.body.error.code).toBe('VALIDATION_ERROR');
    });

    it.each([
      ['POST', '/api/v1/nowhere', 404],
      ['PUT', PROBE, 405],
      ['POST', PROBE, 415],
    ])('says first what is wrong with the address: %s %s is %d', async (method, path, status) => {
      const answer = await app.api.send<ErrorBody>(method, path, {
        body: 'a=b',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      });
      expect(answer.status).toBe(status);
    });

    it('refuses a path that is not UTF-8', async () => {
      expect((await app.api.get('/api/v1/%ff%fe')).status).toBe(400);
    });

    it('answers what is not HTTP in the envelope too', async () => {
      expect(await rawHttp('RUBBISH\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [^]*"code":"VALIDATION_ERROR"/);
      const fat = `GET / HTTP/1.1\r\nHost: x\r\nX-Fat: ${'x'.repeat(100_000)}\r\n\r\n`;
      expect(await rawHttp(fat)).toMatch(/^HTTP\/1\.1 413 [^]*"code":"PAYLOAD_TOO_LARGE"/);
    });

    it('writes nothing of what cannot be read into an answer that is on its way', async () => {
      const socket = connect(Number(new URL(app.baseUrl).port), '127.0.0.1');
      socket.write(`GET ${PROBE}/stream HTTP/1.1\r\nHost: x\r\n\r\n`);
      const [beginning] = (await once(socket, 'data')) as [Buffer];
      expect(beginning.toString()).toMatch(/^HTTP\/1\.1 200/);
      let rest = '';
      socket.on('data', (chunk: Buffer) => (rest += chunk.toString()));
      socket.write('RUBBISH\r\n\r\n');
      await once(socket, 'close');
      expect(rest).not.toContain('HTTP/1.1');
    });

    it.each(['Host: y', 'host: x', 'Authorization: Bearer b', 'Content-Type: text/plain'])(
      'refuses what is said twice, since who stands before us may have read the other: %s',
      async (again) => {
        const head = `POST ${PROBE} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a\r\nContent-Type: application/json`;
        const answer = await rawHttp(`${head}\r\nContent-Length: 2\r\nConnection: close\r\n${again}\r\n\r\n{}`);
        expect(answer).toMatch(/^HTTP\/1\.1 400 [^]*"code":"VALIDATION_ERROR"/);
      },
    );

    it('refuses a request without a host in the envelope, but not one of HTTP/1.0', async () => {
      const answer = await rawHttp(`GET ${PROBE}/list HTTP/1.1\r\nConnection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 400 [^]*"code":"VALIDATION_ERROR"/);
      expect(await rawHttp(`GET ${PROBE}/list HTTP/1.0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 200 /);
    });

    it('is no proxy, and says so', async () => {
      const answer = await rawHttp('CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n');
      expect(answer).toMatch(/^HTTP\/1\.1 405 [^]*\r\nAllow: *\r\n[^]*"code":"METHOD_NOT_ALLOWED"/);
    });

    it.each(['RUBBISH\r\n\r\n', 'CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\n\r\n'])(
      'stamps its answer to %j, too',
      async (text) => {
        expect(await rawHttp(text)).toMatch(/\r\nX-Request-ID: [\w-]{36}\r\n[^]*X-Process-Time: \d+\.\d{6}\r\n/);
      },
    );

    it('ignores an expectation that it does not know', async () => {
      const answer = await rawHttp(
        'GET /health/live HTTP/1.1\r\nHost: x\r\nExpect: wonders\r\nConnection: close\r\n\r\n',
      );
      expect(answer).toMatch(/^HTTP\/1\.1 200 [^]*X-Request-ID/);
    });
  });

  describe('sockets', () => {
    it.each([
      ['/api/v1/ws/chat?token=x', 401, 'AUTHENTICATION_ERROR'],
      ['/elsewhere', 404, 'RESOURCE_NOT_FOUND'],
    ])('refuses the upgrade of %s before it opens', async (path, status, code) => {
      const answer = await rawHttp(
        `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
      );
      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} [^]*"code":"${code}"`));
    });
  });

  describe('other upgrades', () => {
    it('are ignored: the request is answered, its body is read, the connection goes on', async () => {
      const offer = 'Host: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n';
      const body = '{"name":"Bob"}';
      const post = `POST ${PROBE} HTTP/1.1\r\n${offer}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
      const answer = await rawHttp(`${post}GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 200 [^]*Bob[^]*HTTP\/1\.1 200 [^]*alive/);
    });
  });

  describe('the log', () => {
    it('tells of a client that left before its answer', async () => {
      const id = 'left-early';
      const left = connect(Number(new URL(app.baseUrl).port), '127.0.0.1');
      left.write(
        `POST ${PROBE} HTTP/1.1\r\nHost: x\r\nX-Request-ID: ${id}\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{`,
      );
      await once(app.nest.getHttpServer(), 'request');
      left.destroy();
      const lines = (): string[] => app.logLines.filter((line) => line.includes(id));
      await eventually(() => lines().length > 0);
      expect(lines().map((line) => JSON.parse(line) as unknown)).toEqual([
        expect.objectContaining({ status: 499, client_left: true }),
      ]);
    });

    it('has one line a request, with the route and never the token', async () => {
      const { headers } = await app.api.get(`${PROBE}/list?size=3&token=canary-token-in-url`);
      const id = headers.get('x-request-id') ?? 'none';
      const lines = app.logLines.filter((line) => line.includes(id));
      expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
        expect.objectContaining({ msg: 'request', method: 'GET', route: `${PROBE}/list`, status: 422, request_id: id }),
      ]);
      expect(app.logLines.join('')).not.toContain('canary-token');
    });
  });
});

describe('origins', () => {
  const preflight = (app: TestApp, origin: string): Promise<ApiAnswer> =>
    app.api.send('OPTIONS', '/api/v1/models', { headers: { origin, 'access-control-request-method': 'GET' } });

  it('lets in the listed ones alone, with credentials', async () => {
    const app = await startApp({ environment: { CORS_ORIGINS: 'https://app.example.com,http://localhost:3000' } });
    const allowed = await preflight(app, 'https://app.example.com');
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    expect(allowed.headers.get('access-control-allow-credentials')).toBe('true');
    for (const origin of ['https://app.example.com.evil.com', 'http://app.example.com', 'null', 'https://evil.com']) {
      expect((await preflight(app, origin)).headers.get('access-control-allow-origin')).toBeNull();
    }
    await app.stop();
  });

  it('lets in any in development, without credentials', async () => {
    const app = await startApp({ environment: { CORS_ORIGINS: '*' } });
    const { headers } = await preflight(app, 'https://anywhere.example');
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    const answer = await app.api.get('/health', { headers: { origin: 'https://anywhere.example' } });
    expect(answer.headers.get('access-control-expose-headers')).toContain('X-Request-ID');
    await app.stop();
  });
});

describe('forwarded addresses', () => {
  const seenAs = async (environment: Record<string, string>, forwarded: string): Promise<string> => {
    const app = await startApp({ controllers: [ProbeController], environment });
    const answer = await app.api.get<{ data: { echo: string } }>(`${PROBE}/address`, {
      headers: { 'x-forwarded-for': forwarded },
    });
    await app.stop();
    return answer.body.data.echo;
  };

  it.each([
    [{}, '1.2.3.4', /127\.0\.0\.1$/],
    [{ TRUST_PROXY: '1' }, '6.6.6.6, 1.2.3.4', /^1\.2\.3\.4$/],
    [{ TRUST_PROXY: '127.0.0.0/8' }, '6.6.6.6, 1.2.3.4', /^1\.2\.3\.4$/],
    [{ TRUST_PROXY: '10.0.0.0/8' }, '1.2.3.4', /127\.0\.0\.1$/],
  ])('with %j, %s is seen as %s', async (environment, forwarded, expected) => {
    expect(await seenAs(environment as Record<string, string>, forwarded)).toMatch(expected);
  });
});
