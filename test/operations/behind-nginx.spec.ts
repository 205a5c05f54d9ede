import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { Outside } from '../e2e/chat/outside';
import { createTestDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/databases/test-database';
import { eventually } from '../harness/eventually';
import { deadBaseUrl, says, startUpstream, type Upstream } from '../harness/upstream';
import { WebSocketClient } from '../harness/web-socket-client';
import { withTool } from './files';
import { Nginx } from './nginx';

const tool = withTool('nginx');
const MB = 1024 * 1024;

let database: TestDatabase;
let upstream: Upstream;
let direct: Outside;
let nginx: Nginx;
let proxied: Outside;

beforeAll(async () => {
  if (tool.note !== '') return;
  [database, upstream] = await Promise.all([createTestDatabase(), startUpstream()]);
  direct = await Outside.start(database, upstream, { TRUST_PROXY: '1' });
  nginx = await Nginx.start([direct.server.baseUrl]);
  proxied = direct.through(nginx.baseUrl);
}, 60_000);
afterAll(async () => {
  if (tool.note !== '') return;
  await nginx.stop();
  await direct.server.dispose();
  await upstream.close();
  await database.drop();
});

/** So many blanks, and what they are answered. */
async function sendBytes(path: string, bytes: number, token = ''): Promise<[number | undefined, unknown]> {
  const sent = request(nginx.baseUrl + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-length': bytes, authorization: `Bearer ${token}` },
  });
  sent.on('error', () => undefined);
  sent.end(' '.repeat(bytes));
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return [answer.statusCode, await json(answer)];
}

describe('behind our nginx', () => {
  tool.it(`tokens arrive one by one, over SSE and over a WebSocket${tool.note}`, async () => {
    const alice = await proxied.register();
    const [first, second] = [upstream.gate(), upstream.gate()];
    upstream.answers(says('Hel', first, 'lo'), says('Hel', second, 'lo'));
    const stream = await proxied.stream(alice, await proxied.begin(alice), { content: 'Hi' });
    expect((await stream.next())?.data.type).toBe('start');
    expect((await stream.next())?.data).toEqual({ type: 'content', content: 'Hel' });
    first.open();
    expect((await stream.rest()).at(-1)?.data).toMatchObject({ type: 'end', status: 'complete' });

    const socket = await WebSocketClient.open(`${nginx.baseUrl}/api/v1/ws/chat?token=${alice.token}`);
    const conversation_id = await proxied.begin(alice);
    socket.socket.send(JSON.stringify({ type: 'chat_message', conversation_id, content: 'Hi' }));
    expect(await socket.inbox.next('message_content')).toMatchObject({ content: 'Hel' });
    second.open();
    expect(await socket.inbox.next('message_end')).toMatchObject({ status: 'complete' });
    socket.socket.close();
  });

  tool.it(`a client is known by its own address, whatever it says${tool.note}`, async () => {
    const alice = await proxied.register();
    const headers = { 'x-forwarded-for': '203.0.113.9', 'x-request-id': 'seen-by-both' };
    const sessions = await proxied.ask<{ sessions: { ip: string }[] }>('GET', 'auth/sessions', alice, { headers });
    expect(sessions.headers.get('x-request-id')).toBe('seen-by-both');
    expect(sessions.body.data.sessions).toMatchObject([{ ip: '127.0.0.1' }]);
    // nginx writes its line once the answer has gone out.
    const logged = () => readFile(nginx.log, 'utf8');
    await eventually(async () => (await logged()).includes('"request_id":"seen-by-both"'));
    const log = await logged();
    expect(log).not.toContain(alice.token);
  });

  tool.it(`bodies meet the limits of the application, in its words${tool.note}`, async () => {
    const { token } = await proxied.register();
    const tooLarge = { error: { code: 'PAYLOAD_TOO_LARGE' }, request_id: expect.any(String) as string };
    // Over the application's limit and under nginx's; over both.
    for (const size of [1.5 * MB, 2 * MB + 1]) {
      expect(await sendBytes('/api/v1/conversations', size, token)).toMatchObject([413, tooLarge]);
    }
    const [status] = await sendBytes('/v1/chat/completions', 2 * MB + 1, token);
    expect(status).not.toBe(413);
    const toOpenAi = { error: { type: 'invalid_request_error', param: null, code: 'request_too_large' } };
    expect(await sendBytes('/v1/chat/completions', 21 * MB + 1, token)).toMatchObject([413, toOpenAi]);
  });

  tool.it(`the metrics stay inside, and a lost application is told in its words${tool.note}`, async () => {
    expect((await fetch(`${direct.server.baseUrl}/metrics`)).status).toBe(200);
    for (const path of ['/metrics', '/api/v1/metrics', '/METRICS/']) {
      expect((await fetch(nginx.baseUrl + path)).status).toBe(404);
    }
    const alone = await Nginx.start([await deadBaseUrl()]);
    const answer = await fetch(`${alone.baseUrl}/api/v1/models`);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
    expect(await answer.json()).toMatchObject({ success: false, error: { code: 'SERVICE_UNAVAILABLE' } });
    const toOpenAi = await fetch(`${alone.baseUrl}/v1/models`);
    expect([toOpenAi.status, toOpenAi.headers.get('retry-after')]).toEqual([503, '2']);
    expect(await toOpenAi.json()).toMatchObject({ error: { type: 'server_error', code: 'service_unavailable' } });
    await alone.stop();
  });

  const tools = withTool('nginx', 'openssl');
  tools.it(`the site with TLS is understood${tools.note}`, async () => {
    expect(await Nginx.checkSite()).toContain('syntax is ok');
  });
});
