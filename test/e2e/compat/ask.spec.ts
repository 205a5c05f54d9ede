import { once } from 'node:events';
import { promisify } from 'node:util';
import {
  type ClientReadableStream,
  credentials,
  type GrpcObject,
  loadPackageDefinition,
  type ServiceClientConstructor,
  status,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { protoPath } from 'grpc-health-check';
import { Db, Shutdown } from '#platform';
import { AskCalls } from '../../../apps/api/src/compat/ask/grpc/ask-calls';
import { GrpcDoor } from '../../../apps/api/src/compat/ask/grpc/grpc-door';
import { makeApiKey, signIn } from '../../factories/people';
import type { ApiAnswer } from '../../harness/api-client';
import { eventually, untilItStandsStill } from '../../harness/eventually';
import { type AskStream, GrpcClient, readWhole, statusOf } from '../../harness/grpc-client';
import { reflect, typesIn } from '../../harness/grpc-reflection';
import { cut, fails, says, stall } from '../../harness/upstream';
import { Talk } from '../chat/talk';
import { rawSocket } from '../realtime/ways';

interface Answer {
  readonly message: string;
  readonly conversation_id: string;
  readonly parent_id: string;
  readonly model: string;
  readonly error?: { readonly code: string; readonly details?: { readonly field?: string } };
}

const NO_ID = '019b76da-a800-7000-8000-000000000099';

let talk: Talk;
let client: GrpcClient;

/** Of 15 MB, much more than all the buffers on its way hold, which may be 5 on either side. */
const PIECE = '字'.repeat(16_000);
const PIECES = 320;

function healthOf(port: number): InstanceType<ServiceClientConstructor> {
  const types = loadPackageDefinition(loadSync(protoPath, { enums: String }));
  const { Health } = ((types['grpc'] as GrpcObject)['health'] as GrpcObject)['v1'] as GrpcObject;
  return new (Health as ServiceClientConstructor)(`127.0.0.1:${port}`, credentials.createInsecure());
}

const portOf = ({ app }: Talk): number => app.nest.get(GrpcDoor).port ?? 0;

beforeAll(async () => {
  talk = await Talk.start({ GRPC_PORT: '0' });
  client = await GrpcClient.connect(talk.app.baseUrl, portOf(talk));
});
beforeEach(() => talk.anew());
afterAll(async () => {
  client.close();
  await talk.stop();
});

const token = (): { token: string } => ({ token: talk.alice.token });

async function contentsOf(conversation: string): Promise<string[]> {
  const path = `/api/v1/conversations/${conversation}/messages?order=asc`;
  const { body } = await talk.app.api.get<{ data: { messages: { content: string }[] } }>(path, token());
  return body.data.messages.map(({ content }) => content);
}

describe('over HTTP', () => {
  const ask = (place: string, body: object | string, key?: string): Promise<ApiAnswer<Answer>> =>
    talk.app.api.post(`/ask/${place}`, body, { ...token(), ...(key && { headers: { 'idempotency-key': key } }) });

  it('begins a conversation, goes on with it, and goes back to where it was', async () => {
    talk.upstream.answers(says('One'), says('Two'), says('Other'));
    const first = await ask('new', { prompt: ' 1? ' });
    const { conversation_id, parent_id } = first.body;
    expect([first.status, first.body]).toEqual([
      200,
      { message: 'One', conversation_id, parent_id, model: expect.any(String) as string },
    ]);
    await ask(conversation_id, { prompt: '2?', parent_id });
    expect(await contentsOf(conversation_id)).toEqual(['1?', 'One', '2?', 'Two']);
    await ask(conversation_id, { prompt: 'Not 2?', parent_id });
    expect(await contentsOf(conversation_id)).toEqual(['1?', 'One', 'Not 2?', 'Other']);
  });

  it.each([
    ['new', { prompt: '' }, 422, 'VALIDATION_ERROR', 'prompt'],
    ['new', { prompt: 'Hi', parent_id: NO_ID }, 422, 'VALIDATION_ERROR', 'parent_id'],
    ['new', { prompt: 'Hi', model: 'x' }, 422, 'VALIDATION_ERROR', 'model'],
    ['new', '{', 400, 'VALIDATION_ERROR', undefined],
    [NO_ID, { prompt: 'Hi' }, 404, 'RESOURCE_NOT_FOUND', undefined],
    ['nonsense', { prompt: 'Hi' }, 404, 'RESOURCE_NOT_FOUND', undefined],
  ])('answers %s %j with %i', async (place, body, code, error, field) => {
    const answer = await ask(place, body);
    expect([answer.status, answer.body.error?.code, answer.body.error?.details?.field]).toEqual([code, error, field]);
  });

  it("finds nothing of another's, begins nothing that is refused, and is the same again under the same key", async () => {
    const theirs = await talk.begin({}, talk.bob);
    expect((await ask(theirs, { prompt: 'Hi' })).status).toBe(404);
    talk.upstream.answers(says('One'), fails(500));
    const [one, again] = [await ask('new', { prompt: 'Hi' }, 'k'), await ask('new', { prompt: 'Hi' }, 'k')];
    expect(again.body).toEqual(one.body);
    expect((await ask('new', { prompt: 'Hi' })).status).toBe(503);
    expect((await fetch(`${talk.app.baseUrl}/ask/new`, { method: 'POST' })).status).toBe(401);
  });
});

describe('over gRPC', () => {
  it('streams to a client that knows the .proto alone, tells the other devices, and shares the history', async () => {
    const device = await rawSocket(talk, talk.alice.token);
    talk.upstream.answers(says('Hé', 'l😀'), says('Two'));
    const { text, conversation = '', parent = '', status: ended } = await client.whole({ prompt: 'Hi' }, token());
    expect([text, ended.code]).toEqual(['Hél😀', status.OK]);
    expect((await device.next('message_created')).conversation_id).toBe(conversation);
    const next = { prompt: 'And?', conversation_id: conversation, parent_id: parent };
    const { key } = await makeApiKey(talk.app, talk.alice, { scopes: ['chat'] });
    expect(await client.whole(next, { token: key })).toMatchObject({ text: 'Two', conversation });
    expect(await contentsOf(conversation)).toEqual(['Hi', 'Hél😀', 'And?', 'Two']);
    await device.leave();
  });

  it.each([
    ['UNAUTHENTICATED', { prompt: 'Hi' }, { token: 'nonsense' }],
    ['UNAUTHENTICATED', { prompt: 'Hi' }, {}],
    ['NOT_FOUND', { prompt: 'Hi', conversation_id: NO_ID }, undefined],
    ['NOT_FOUND', { prompt: 'Hi', conversation_id: 'nonsense' }, undefined],
    ['INVALID_ARGUMENT', { prompt: ' ' }, undefined],
    ['INVALID_ARGUMENT', { prompt: 'a\0' }, undefined],
    ['INVALID_ARGUMENT', { prompt: 'Hi', parent_id: 'nonsense' }, undefined],
    ['UNAVAILABLE', { prompt: 'Hi' }, undefined],
  ] as const)('fails with %s for %j', async (name, asked, options) => {
    talk.upstream.answers(fails(500));
    const { status: ended } = await client.whole(asked, options ?? token());
    expect(ended.code).toBe(status[name]);
    expect(ended.metadata.get('error-code')).toEqual([expect.stringMatching(/^[A-Z_]+$/)]);
  });

  it('takes bytes that are no request for its caller’s fault', async () => {
    for (const bytes of [[0x0a, 1, 0xff], [0x0a, 9, 0x61], [0x0b], [0xff]]) {
      const { code, metadata } = await client.statusOfBytes(Buffer.from(bytes), talk.alice.token);
      expect([code, metadata.get('error-code')]).toEqual([status.INVALID_ARGUMENT, ['VALIDATION_ERROR']]);
    }
    expect(talk.upstream.calls).toHaveLength(0);
  });

  it('says what came before it says that an answer broke off', async () => {
    talk.upstream.answers(says('Hel', cut('reset')));
    const { text, status: ended } = await client.whole({ prompt: 'Hi' }, token());
    expect([text, ended.code]).toEqual(['Hel', status.UNAVAILABLE]);
  });

  it('lets a turn go on whose caller has left, or had no more time', async () => {
    for (const leaves of ['cancel', 'deadline']) {
      const gate = talk.upstream.gate();
      talk.upstream.answers(says('Hel', gate, 'lo'));
      const conversation = await talk.begin();
      const deadline = leaves === 'deadline' ? { deadline: new Date(Date.now() + 1_000) } : {};
      const call = client.ask({ prompt: 'Hi', conversation_id: conversation }, { ...token(), ...deadline });
      await once(call, 'data');
      const ended = statusOf(call);
      if (leaves === 'cancel') call.cancel();
      expect((await ended).code).toBe(leaves === 'cancel' ? status.CANCELLED : status.DEADLINE_EXCEEDED);
      gate.open();
      await eventually(async () => (await talk.answerIn(conversation))?.status === 'complete');
      expect((await talk.answerIn(conversation))?.content).toBe('Hello');
    }
  });

  it('stops with the session that asked', async () => {
    talk.upstream.answers(says('Hel', stall()));
    const session = await signIn(talk.app, talk.alice);
    const conversation = await talk.begin();
    const call = client.ask({ prompt: 'Hi', conversation_id: conversation }, { token: session.token });
    const [first] = (await once(call, 'data')) as [{ response: string }];
    expect(first.response).toBe('Hel');
    const whole = readWhole(call);
    await talk.app.api.post('/api/v1/auth/logout', undefined, { token: session.token });
    expect((await whole).status.code).toBe(status.OK);
    expect(await talk.answerIn(conversation)).toMatchObject({ status: 'stopped', content: 'Hel' });
  });

  /** Answers what comes before its caller stops to read. */
  async function askSlowly(conversation_id: string): Promise<{ slow: AskStream; first: string }> {
    talk.upstream.otherwise(says(...Array<string>(PIECES).fill(PIECE)));
    const slow = client.ask({ prompt: 'Hi', conversation_id }, token());
    // Its library reads on for one who is paused before the first message, and stores all of it for him.
    const first = await new Promise<string>((resolve) => {
      slow.once('data', ({ response }: { response: string }) => {
        slow.pause();
        resolve(response);
      });
    });
    return { slow, first };
  }

  it('has no more read of the model than its caller reads, until somebody reads on', async () => {
    // An answer as long as that is more than MariaDB takes at once, unless told otherwise.
    if (talk.app.nest.get(Db).engine === 'mysql') return;
    const { slow, first } = await askSlowly(await talk.begin());
    const asked = await talk.upstream.nextCall();
    await untilItStandsStill(() => asked.pieces);
    expect(asked.pieces).toBeLessThan((PIECES * 3) / 4);
    expect(first + (await readWhole(slow.resume())).text).toBe(PIECE.repeat(PIECES));
    const conversation = await talk.begin();
    const { slow: stays } = await askSlowly(conversation);
    const answer = await talk.answerIn(conversation);
    expect(answer?.status).toBe('streaming');
    const device = await talk.attach(answer?.id ?? '');
    expect((await device.rest()).at(-1)?.data).toMatchObject({ type: 'end', status: 'complete' });
    stays.cancel();
  });

  it('waits for a reader who does not read, holds no more than a little for him, and keeps nobody else waiting', async () => {
    // An answer as long as that is more than MariaDB takes at once, unless told otherwise.
    if (talk.app.nest.get(Db).engine === 'mysql') return;
    const serve = jest.spyOn(talk.app.nest.get(AskCalls), 'serve');
    const conversation = await talk.begin();
    const { slow, first } = await askSlowly(conversation);
    // There is no more patience with him: all of it is here by then, and hardly anything of it has been sent.
    await eventually(async () => (await talk.answerIn(conversation))?.status === 'complete', 40_000);
    expect((await talk.answerIn(conversation))?.content).toHaveLength(PIECE.length * PIECES);
    const quick = await GrpcClient.connect(talk.app.baseUrl, portOf(talk));
    expect((await quick.whole({ prompt: 'Hi' }, { token: talk.bob.token })).text).toHaveLength(PIECE.length * PIECES);
    quick.close();
    const [call] = serve.mock.calls[0] ?? [];
    expect(call?.writableLength).toBeGreaterThan(0);
    expect(call?.writableLength).toBeLessThanOrEqual(16);
    expect(first + (await readWhole(slow.resume())).text).toBe(PIECE.repeat(PIECES));
    serve.mockRestore();
  }, 60_000);

  it.each(['v1', 'v1alpha'] as const)('tells %s of reflection enough to ask by', async (version) => {
    const reflected = (about: object) => reflect(version, portOf(talk), about);
    const { list_services_response: list } = await reflected({ list_services: '' });
    expect(list?.service.map(({ name }) => name)).toEqual(['chat.Chat', 'grpc.health.v1.Health']);
    const { Chat } = typesIn(await reflected({ file_containing_symbol: 'chat.Chat' }))['chat'] as GrpcObject;
    const stranger = GrpcClient.of(Chat as ServiceClientConstructor, portOf(talk));
    talk.upstream.answers(says('Hello'));
    expect((await stranger.whole({ prompt: 'Hi' }, token())).text).toBe('Hello');
    stranger.close();
    const { error_response: refusal } = await reflected({ file_containing_symbol: 'chat.Nothing' });
    expect(refusal?.error_code).toBe(status.NOT_FOUND);
  });

  it('tells its health to who asks once', async () => {
    const health = healthOf(portOf(talk));
    const check = promisify(
      health['check'] as (about: object, tell: (error: Error | null, answer?: object) => void) => void,
    );
    for (const service of ['', 'chat.Chat']) {
      expect(await check.call(health, { service })).toEqual({ status: 'SERVING' });
    }
    await expect(check.call(health, { service: 'chat.Nothing' })).rejects.toMatchObject({ code: status.NOT_FOUND });
    health.close();
  });
});

it('lets what runs finish at the end, and tells who watches its health that it serves no more', async () => {
  const other = await Talk.start({ GRPC_PORT: '0' });
  const health = healthOf(portOf(other));
  const watch = (health['watch'] as (about: object) => ClientReadableStream<object>).call(health, {
    service: 'chat.Chat',
  });
  watch.on('error', () => undefined);
  expect(await once(watch, 'data')).toEqual([{ status: 'SERVING' }]);
  const next = once(watch, 'data');
  const caller = await GrpcClient.connect(other.app.baseUrl, portOf(other));
  const gate = other.upstream.gate();
  other.upstream.answers(says('Hel', gate, 'lo'));
  const call = caller.ask({ prompt: 'Hi' }, { token: other.alice.token });
  await once(call, 'data');
  const whole = readWhole(call);
  const ended = other.app.nest.get(Shutdown).begin(10_000);
  expect(await next).toEqual([{ status: 'NOT_SERVING' }]);
  const late = await caller.whole({ prompt: 'Hi' }, { token: other.alice.token });
  expect(late.status.code).toBe(status.UNAVAILABLE);
  gate.open();
  expect(await whole).toMatchObject({ text: 'lo', status: { code: status.OK } });
  await ended;
  for (const each of [caller, health]) each.close();
  await other.stop();
});
