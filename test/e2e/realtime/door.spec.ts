import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { WebSocket } from 'ws';
import { makeApiKey } from '../../factories/people';
import { eventually } from '../../harness/eventually';
import { type ConnectError, SocketIoClient } from '../../harness/socket-io-client';
import { UpgradeRefused, WebSocketClient, type WebSocketOptions } from '../../harness/web-socket-client';
import { Talk } from '../chat/talk';
import { rawSocket } from './ways';

const OURS = 'https://chat.example.com';

describe('the door', () => {
  let talk: Talk;

  beforeAll(async () => {
    talk = await Talk.start({ CORS_ORIGINS: OURS });
  });
  afterAll(() => talk.stop());

  const open = (path: string, options: WebSocketOptions = {}) =>
    WebSocketClient.open(`${talk.app.baseUrl}/api/v1/ws/${path}`, options);
  const knock = (path: string, options: WebSocketOptions = {}) => statusOf(open(path, options));
  const connect = (options: object) => SocketIoClient.open(talk.app.baseUrl, options);

  it('lets in who has a token, wherever the token stands', async () => {
    const { token } = talk.alice;
    const { key } = await makeApiKey(talk.app, talk.alice, { scopes: ['chat'] });
    const sockets = await Promise.all([
      open(`chat?token=${token}`),
      open(token),
      open(key),
      open('chat', { protocols: ['bearer', token] }),
      open('chat', { headers: { authorization: `Bearer ${token}` } }),
      connect({ auth: { token } }),
      connect({ auth: { token: key } }),
      connect({ query: { token } }),
      connect({ extraHeaders: { authorization: `Bearer ${token}` } }),
    ]);
    for (const socket of sockets) {
      socket.say('ping');
      expect((await socket.next()).type).toBe('pong');
      await socket.leave();
    }
    expect(sockets[3]).toMatchObject({ socket: { protocol: 'bearer' } });
  });

  it.each([
    ['no token', 'chat', '401 AUTHENTICATION_ERROR'],
    ['no token in the path', 'x', '401 AUTHENTICATION_ERROR'],
    ['something else', `chat?token=${'x'.repeat(40)}`, '401 AUTHENTICATION_ERROR'],
    ['an API key that never was', `chat?token=sk-${'x'.repeat(43)}`, '401 AUTHENTICATION_ERROR'],
    ['another path', 'chat/more', '404 RESOURCE_NOT_FOUND'],
    ['no path', '', '404 RESOURCE_NOT_FOUND'],
  ])('refuses %s before it opens', async (_what, path, outcome) => {
    expect(await knock(path)).toBe(outcome);
  });

  it.each([
    ['another version', { 'sec-websocket-version': '12', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' }],
    ['no version', { 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' }],
    ['no key', { 'sec-websocket-version': '13' }],
    ['half a key', { 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhl' }],
  ])('refuses a handshake with %s', async (_what, headers) => {
    const knocking = request(`${talk.app.baseUrl}/api/v1/ws/chat?token=${talk.alice.token}`, {
      headers: { connection: 'Upgrade', upgrade: 'websocket', ...headers },
    }).end();
    const [answer] = (await once(knocking, 'response')) as [IncomingMessage];
    expect(JSON.parse(await text(answer))).toMatchObject({ error: { code: 'VALIDATION_ERROR' } });
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['sec-websocket-version']).toBe('13');
  });

  it('refuses tokens that are for something else', async () => {
    const { key } = await makeApiKey(talk.app, talk.alice, { scopes: ['read', 'write'] });
    expect(await knock(talk.alice.refreshToken)).toBe('401 AUTHENTICATION_ERROR');
    expect(await knock(key)).toBe('403 AUTHORIZATION_ERROR');
    expect(await codeOf(connect({ auth: { token: talk.alice.refreshToken } }))).toBe('AUTHENTICATION_ERROR');
    expect(await codeOf(connect({ auth: { token: key } }))).toBe('AUTHORIZATION_ERROR');
    expect(await codeOf(connect({ auth: { token: 7 } }))).toBe('AUTHENTICATION_ERROR');
    expect(await codeOf(connect({}))).toBe('AUTHENTICATION_ERROR');
  });

  it('says why in the language of the client', async () => {
    const refused = await open('chat', { headers: { 'accept-language': 'zh' } }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ body: { success: false, error: { message: '请先登录' } } });
    expect((refused as UpgradeRefused).body.request_id).toEqual((refused as UpgradeRefused).headers['x-request-id']);
  });

  it.each(['https://evil.example.com', 'https://chat.example.com.evil.com', 'http://chat.example.com', 'null'])(
    'refuses pages of %s',
    async (origin) => {
      const { token } = talk.alice;
      expect(await knock(`chat?token=${token}`, { headers: { origin } })).toBe('403 AUTHORIZATION_ERROR');
      for (const transports of [['polling'], ['websocket']]) {
        const options = { auth: { token }, transports, extraHeaders: { origin } };
        await expect(connect(options)).rejects.toThrow();
      }
    },
  );

  it('lets in our own pages', async () => {
    const { token } = talk.alice;
    for (const origin of [OURS, talk.app.baseUrl]) {
      await (await open(`chat?token=${token}`, { headers: { origin } })).leave();
      await (await connect({ auth: { token }, extraHeaders: { origin } })).leave();
    }
  });

  it('takes no harm from a client that connects twice at once', async () => {
    const { token } = talk.alice;
    const url = `${talk.app.baseUrl.replace(/^http/, 'ws')}/socket.io/?EIO=4&transport=websocket`;
    const socket = new WebSocket(url);
    await once(socket, 'message');
    const answers: string[] = [];
    socket.on('message', (data: Buffer) => answers.push(data.toString().slice(0, 2)));
    for (const tries of [1, 2, 3]) socket.send(`40${JSON.stringify({ token, tries })}`);
    await eventually(() => answers.length === 3);
    expect(answers.sort()).toEqual(['40', '44', '44']);
    socket.close();
    await once(socket, 'close');
    await (await connect({ auth: { token } })).leave();
  });

  it('keeps tokens out of the log', () => {
    expect(talk.app.logLines.join('')).toContain('socket opened');
    expect(talk.app.logLines.join('')).not.toContain(talk.alice.token);
  });
});

describe('limits', () => {
  let talk: Talk;

  afterEach(() => talk.stop());

  it('hold for a user, on both kinds of sockets together', async () => {
    talk = await Talk.start({ MAX_SOCKETS_PER_USER: '2' });
    const { token } = talk.alice;
    const connect = () => SocketIoClient.open(talk.app.baseUrl, { auth: { token } });
    const [raw, io] = [await rawSocket(talk, token), await connect()];
    expect(await statusOf(rawSocket(talk, token))).toBe('429 RATE_LIMIT_EXCEEDED');
    expect(await codeOf(connect())).toBe('RATE_LIMIT_EXCEEDED');
    await (await rawSocket(talk, talk.bob.token)).leave();
    await raw.leave();
    await eventually(async () => (await statusOf(rawSocket(talk, token))) === 'opened');
    await io.leave();
  });

  it('hold for an address, whoever is there', async () => {
    talk = await Talk.start({ MAX_SOCKETS_PER_ADDRESS: '2' });
    const sockets = [await rawSocket(talk, talk.alice.token), await rawSocket(talk, talk.bob.token)];
    expect(await statusOf(rawSocket(talk, talk.bob.token))).toBe('429 RATE_LIMIT_EXCEEDED');
    await expect(SocketIoClient.open(talk.app.baseUrl, { auth: { token: talk.bob.token } })).rejects.toThrow();
    for (const socket of sockets) await socket.leave();
    await eventually(async () => (await statusOf(rawSocket(talk, talk.bob.token))) === 'opened');
  });

  it('count what is sent together with what is sent over HTTP', async () => {
    talk = await Talk.start({ RATE_LIMIT_SEND: '2/60', RATE_LIMIT_DEFAULT: '6/60' });
    const conversation_id = await talk.begin();
    await talk.send(conversation_id, { content: 'One' });
    const socket = await rawSocket(talk, talk.alice.token);
    socket.say('chat_message', { conversation_id, content: 'Two' });
    await socket.next('message_end');
    socket.say('chat_message', { conversation_id, content: 'Three', client_id: 'c3' });
    expect(await socket.next()).toMatchObject({
      ...{ type: 'error', client_id: 'c3' },
      error: { code: 'RATE_LIMIT_EXCEEDED', details: { retry_after: 60 } },
    });
    while ((await statusOf(rawSocket(talk, 'x'))) === '401 AUTHENTICATION_ERROR');
    expect(await statusOf(rawSocket(talk, 'x'))).toBe('429 RATE_LIMIT_EXCEEDED');
    await socket.leave();
  });
});

/** Such as `401 AUTHENTICATION_ERROR`. */
async function statusOf(opening: Promise<WebSocketClient>): Promise<string> {
  try {
    await (await opening).leave();
    return 'opened';
  } catch (error) {
    if (!(error instanceof UpgradeRefused)) throw error;
    return `${error.status} ${error.body.error.code}`;
  }
}

async function codeOf(opening: Promise<SocketIoClient>): Promise<string | undefined> {
  try {
    await (await opening).leave();
    return 'opened';
  } catch (error) {
    return (error as ConnectError).data?.code;
  }
}
