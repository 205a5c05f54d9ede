import { GrpcDoor } from '../../../apps/api/src/compat/ask/grpc/grpc-door';
import { type Person, signIn } from '../../factories/people';
import { AskSocketClient } from '../../harness/ask-socket-client';
import { eventually } from '../../harness/eventually';
import { GrpcClient } from '../../harness/grpc-client';
import { says, stall } from '../../harness/upstream';
import { Talk } from '../chat/talk';
import { askPortOf, numberOf, OPEN_DOORS } from './doors';

type By = Pick<Person, 'token'>;

/** Answers how one leaves, once the answer has begun. */
type Asks = (by: By, conversation: string) => Promise<() => void>;

let talk: Talk;

beforeAll(async () => {
  talk = await Talk.start({ CHAT_ON_DISCONNECT: 'abort', ...OPEN_DOORS });
});
beforeEach(() => talk.anew());
afterAll(() => talk.stop());

function overHttp(
  requestTo: (conversation: string) => Promise<{ path: string; body: object; headers?: object }>,
): Asks {
  return async ({ token }, conversation) => {
    const { path, body, headers } = await requestTo(conversation);
    const leave = new AbortController();
    const answer = fetch(`${talk.app.baseUrl}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      signal: leave.signal,
    });
    answer.then((opened) => opened.text()).catch(() => undefined);
    return () => leave.abort();
  };
}

const ways: readonly (readonly [name: string, asks: Asks])[] = [
  [
    'the plain chat door',
    overHttp(async (conversation_id) => ({ path: '/api/v1/chat', body: { message: 'Hi', conversation_id } })),
  ],
  [
    'the plain chat door, streamed',
    overHttp(async (conversation_id) => ({ path: '/api/v1/chat/stream', body: { message: 'Hi', conversation_id } })),
  ],
  [
    'the integer-id door',
    overHttp(async (id) => ({ path: `/api/chat/${await numberOf(talk, id)}`, body: { message: 'Hi' } })),
  ],
  ['the ask door', overHttp(async (id) => ({ path: `/ask/${id}`, body: { prompt: 'Hi' } }))],
  [
    'the OpenAI door, in a conversation',
    overHttp(async (id) => ({
      path: '/v1/chat/completions',
      body: { model: 'gpt-4o-mini', stream: true, messages: [{ role: 'user', content: 'Hi' }] },
      headers: { 'x-conversation-id': id },
    })),
  ],
  [
    'gRPC',
    async (by, conversation_id) => {
      const client = await GrpcClient.connect(talk.app.baseUrl, talk.app.nest.get(GrpcDoor).port ?? 0);
      const call = client.ask({ prompt: 'Hi', conversation_id }, by);
      call.resume();
      call.once('status', () => client.close());
      return () => call.cancel();
    },
  ],
  [
    'a text WebSocket',
    async (by, conversation) => {
      const client = await AskSocketClient.open(askPortOf(talk), by);
      void client.ask(`<|ask|>$${conversation}$new$Hi`);
      return () => client.socket.terminate();
    },
  ],
];

/** Another reader sees that it has begun, also where whoever asked is told nothing before the end. */
async function begun(
  asks: Asks,
  by: By,
): Promise<{ conversation: string; leave: () => void; ended: Promise<unknown> }> {
  talk.upstream.answers(says('Hel', stall()));
  const conversation = await talk.begin();
  const leave = await asks(by, conversation);
  const { ended } = await talk.upstream.nextCall();
  const reader = await talk.attach((await talk.answerIn(conversation))?.id ?? '');
  const [, content] = [await reader.next(), await reader.next()];
  expect(content?.data).toMatchObject({ type: 'content', content: 'Hel' });
  reader.leave();
  return { conversation, leave, ended };
}

describe.each(ways)('over %s', (_, asks) => {
  it('the upstream stops with who leaves, where that is the policy, and what came is kept', async () => {
    const { conversation, leave, ended } = await begun(asks, talk.alice);
    leave();
    expect(await ended).toBe('client left');
    await eventually(async () => (await talk.answerIn(conversation))?.status !== 'streaming');
    expect(await talk.answerIn(conversation)).toMatchObject({ content: 'Hel', status: 'stopped' });
  });

  it('it stops with the session that asked', async () => {
    const session = await signIn(talk.app, talk.alice);
    const { conversation, ended } = await begun(asks, session);
    await talk.app.api.post('/api/v1/auth/logout', undefined, { token: session.token });
    expect(await ended).toBe('client left');
    await eventually(async () => (await talk.answerIn(conversation))?.status !== 'streaming');
    expect(await talk.answerIn(conversation)).toMatchObject({ content: 'Hel', status: 'stopped' });
  });
});

it('a text WebSocket that waits for nothing is closed with its session', async () => {
  const session = await signIn(talk.app, talk.alice);
  const client = await AskSocketClient.open(askPortOf(talk), session);
  await talk.app.api.post('/api/v1/auth/logout', undefined, { token: session.token });
  expect((await client.closed).code).toBe(4401);
});
