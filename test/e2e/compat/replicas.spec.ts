import { once } from 'node:events';
import OpenAI, { type APIError } from 'openai';
import { Identity } from '#auth';
import { GrpcDoor } from '../../../apps/api/src/compat/ask/grpc/grpc-door';
import { AskSockets } from '../../../apps/api/src/compat/ask/websocket/ask-sockets';
import { makeApiKey, type Person, register, registerAdmin } from '../../factories/people';
import type { ApiAnswer } from '../../harness/api-client';
import { AskSocketClient } from '../../harness/ask-socket-client';
import { createTestDatabase } from '../../harness/database';
import type { TestDatabase } from '../../harness/databases/test-database';
import { eventually } from '../../harness/eventually';
import { GrpcClient, readWhole } from '../../harness/grpc-client';
import { describeWithRedis, RedisServer } from '../../harness/redis-server';
import { startApp, type TestApp } from '../../harness/start-app';
import { TestClock } from '../../harness/test-clock';
import { says, stall, startUpstream, type Upstream } from '../../harness/upstream';
import { OPEN_DOORS } from './doors';

/** How long what is known of a session there may be old. */
const KEPT_MS = 3_000;
const ACCESS_MS = 30 * 60_000;

let database: TestDatabase;
let upstream: Upstream;
let clock: TestClock;
let here: TestApp;
let there: TestApp;
let admin: Person;

async function startBoth(redisUrl: string): Promise<void> {
  [database, upstream] = await Promise.all([createTestDatabase(), startUpstream()]);
  clock = new TestClock();
  const environment = {
    ...{ SECRET_KEY: 'a key that both replicas have', REDIS_URL: redisUrl, TITLE_MODEL: '' },
    ...{ OPENAI_API_KEY: 'sk-platform', OPENAI_API_BASE: upstream.baseUrl, OPENAI_MAX_RETRIES: '0' },
    ...OPEN_DOORS,
  };
  [here, there] = await Promise.all([
    startApp({ database, clock, environment }),
    startApp({ database, clock, environment }),
  ]);
  admin = await registerAdmin(here);
}

async function stopBoth(): Promise<void> {
  await Promise.all([here.stop(), there.stop()]);
  await Promise.all([upstream.close(), database.drop()]);
}

/** Asks there; resolves when the answer has begun, and what it answers when it has ended: with how. */
type Asks = (token: string) => Promise<{ readonly ended: Promise<unknown> }>;

const openAi = (headers: Readonly<Record<string, string>>): Asks => {
  return async (apiKey) => {
    const client = new OpenAI({ apiKey, baseURL: `${there.baseUrl}/v1`, maxRetries: 0, logLevel: 'off' });
    const asked = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content: 'Hi' }], stream: true as const };
    const chunks = (await client.chat.completions.create(asked, { headers }))[Symbol.asyncIterator]();
    await chunks.next();
    const rest = async (): Promise<string> => {
      for (let next = await chunks.next(); !next.done; next = await chunks.next());
      return 'ended';
    };
    return { ended: rest().catch((error: unknown) => (error as APIError).code) };
  };
};

const ways: readonly (readonly [name: string, ending: unknown, asks: Asks])[] = [
  [
    'gRPC',
    0,
    async (token) => {
      const client = await GrpcClient.connect(there.baseUrl, there.nest.get(GrpcDoor).port ?? 0);
      const call = client.ask({ prompt: 'Hi' }, { token });
      await once(call, 'data');
      return { ended: readWhole(call).then(({ status: { code } }) => (client.close(), code)) };
    },
  ],
  [
    'the text WebSocket',
    expect.stringMatching(/^<\|end\|>/),
    async (token) => {
      const client = await AskSocketClient.open(there.nest.get(AskSockets).port ?? 0, { token });
      const answer = client.ask('<|ask|>$new$new$Hi');
      await once(client.socket, 'message');
      return { ended: Promise.all([answer, client.closed]).then(([{ end }]) => end) };
    },
  ],
  ['the OpenAI door', 'invalid_api_key', openAi({})],
  ['the OpenAI door, in a conversation', 'ended', openAi({ 'x-conversation-id': 'new' })],
];

/** By a token of somebody's, what ends its session here. */
const endings: Readonly<Record<string, () => Promise<{ token: string; end: () => Promise<ApiAnswer> }>>> = {
  'logout-all': async () => {
    const { token } = await register(here);
    return { token, end: () => here.api.post('/api/v1/auth/logout-all', undefined, { token }) };
  },
  'a revoked API key': async () => {
    const person = await register(here);
    const { id, key } = await makeApiKey(here, person);
    const path = `/api/v1/users/me/api-keys/${id}`;
    return { token: key, end: () => here.api.delete(path, undefined, { token: person.token }) };
  },
  deactivation: async () => {
    const { id, token } = await register(here);
    const path = `/api/v1/admin/users/${id}`;
    return { token, end: () => here.api.patch(path, { is_active: false }, { token: admin.token }) };
  },
};

const cases = ways.flatMap(([way, ending, asks]) => Object.keys(endings).map((by) => [way, by, ending, asks] as const));

/** Answers how it ended, and that within five seconds. */
async function endedBy(by: string, asks: Asks, keptMs: number): Promise<unknown> {
  upstream.answers(says('Hel', stall()));
  const session = await endings[by]?.();
  const { ended } = await asks(session?.token ?? '');
  const began = performance.now();
  expect((await session?.end())?.status).toBe(200);
  clock.advance(keptMs);
  const how = await ended;
  expect(performance.now() - began + keptMs).toBeLessThan(5_000 + BUSY_MS);
  return how;
}

/** For a machine that has more to do. */
const BUSY_MS = 2_000;

describe('an answer that is read on another replica, without Redis', () => {
  beforeAll(() => startBoth(''));
  afterAll(stopBoth);

  it.each(cases)('over %s ends with %s', async (_way, by, ending, asks) => {
    expect(await endedBy(by, asks, KEPT_MS)).toEqual(ending);
  });

  it('goes on where but the access token is over', async () => {
    const gate = upstream.gate();
    upstream.answers(says('Hel', gate, 'lo'));
    const { token } = await register(here);
    clock.advance(ACCESS_MS - 5_000);
    const client = await GrpcClient.connect(there.baseUrl, there.nest.get(GrpcDoor).port ?? 0);
    const call = client.ask({ prompt: 'Hi' }, { token });
    await once(call, 'data');
    const whole = readWhole(call);
    // Not as long as the turn's own lease.
    clock.advance(6_000);
    const asked = jest.spyOn(there.nest.get(Identity), 'isStillIn');
    await eventually(() => asked.mock.results.length > 0);
    gate.open();
    expect(await whole).toMatchObject({ text: 'lo', status: { code: 0 } });
    client.close();
  });
});

describeWithRedis('an answer that is read on another replica, with Redis', () => {
  let redis: RedisServer;

  beforeAll(async () => {
    redis = await RedisServer.start();
    await startBoth(redis.url);
    // Until each hears the other, and believes it.
    await eventually(() => {
      clock.advance(KEPT_MS);
      return there.nest.get(Identity).hearsOthers;
    });
  });
  afterAll(async () => {
    await stopBoth();
    await redis.stop();
  });

  it.each(cases)('over %s ends with %s', async (_way, by, ending, asks) => {
    // The clock stands still: it is the message that tells.
    expect(await endedBy(by, asks, 0)).toEqual(ending);
  });
});
