import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { protoPath as healthProto } from 'grpc-health-check';
import { Db } from '#platform';
import { GrpcDoor } from '../../../apps/api/src/compat/ask/grpc/grpc-door';
import { makeApiKey, signIn } from '../../factories/people';
import { eventually, untilItStandsStill } from '../../harness/eventually';
import { Python, withPython } from '../../harness/python';
import { fails, says, stall } from '../../harness/upstream';
import { type MessageView, Talk } from '../chat/talk';
import { askPortOf, numberOf, OPEN_DOORS } from './doors';

/** Clients of another language, which know nothing of us but what we publish. */
const GRPC = ['grpc', 'grpc_tools', 'google.protobuf'];
const SOCKETS = ['websockets'];
const HTTP = ['httpx'];

interface GrpcLine {
  readonly response?: string;
  readonly code?: string;
  readonly details?: string;
  readonly trailers?: Readonly<Record<string, string>>;
  readonly status?: string;
  readonly services?: readonly string[];
}

const REFLECTION = join(dirname(require.resolve('@grpc/reflection/package.json')), 'build/proto/grpc/reflection');
const script = (name: string): string => join(__dirname, 'python', name);

let talk: Talk;
let generated: string;
let running: Python<object>[] = [];

beforeAll(async () => {
  talk = await Talk.start(OPEN_DOORS);
  generated = await mkdtemp(join(tmpdir(), 'generated-'));
});
beforeEach(() => talk.anew());
afterEach(async () => {
  await Promise.all(running.map((client) => client.end()));
  running = [];
});
afterAll(async () => {
  await rm(generated, { recursive: true });
  await talk.stop();
});

function python<Line extends object>(modules: readonly string[], ...args: readonly string[]): Python<Line> {
  const client = Python.run<Line>(modules, args, generated);
  running.push(client);
  return client;
}

describe('a client that was generated from the .proto', () => {
  const { it, note } = withPython(...GRPC);
  const address = (): string => `127.0.0.1:${talk.app.nest.get(GrpcDoor).port}`;

  function client(wanted: object): Python<GrpcLine> {
    return python<GrpcLine>(GRPC, script('grpc_client.py'), JSON.stringify({ address: address(), ...wanted }));
  }

  function ask(asked: object, { token = talk.alice.token, metadata = {}, ...how }: AskOptions = {}): Python<GrpcLine> {
    return client({ do: 'ask', asked, metadata: { authorization: `Bearer ${token}`, ...metadata }, ...how });
  }

  async function whole(asked: object, options?: AskOptions): Promise<Ended> {
    const lines = await ask(asked, options).rest();
    return endedOf(lines);
  }

  async function generate(): Promise<void> {
    const proto = join(generated, 'chat.proto');
    await writeFile(proto, await (await fetch(`${talk.app.baseUrl}/chat.proto`)).text());
    const protos = [proto, healthProto, join(REFLECTION, 'v1alpha/reflection.proto')];
    const paths = protos.map((path) => `-I${dirname(path)}`);
    const out = [`--python_out=${generated}`, `--grpc_python_out=${generated}`];
    await python(GRPC, '-m', 'grpc_tools.protoc', ...paths, ...out, ...protos).rest();
  }

  beforeAll(async () => {
    if (note === '') await generate();
  });

  it(`asks, is answered piece by piece, and goes on in the history of the main API${note}`, async () => {
    const gate = talk.upstream.gate();
    talk.upstream.answers(says('Hé', gate, 'l😀'), says('Two'));
    const call = ask({ prompt: 'Hi' });
    expect(await call.next()).toEqual({ response: 'Hé' });
    gate.open();
    const { text, code, conversation = '', parent = '' } = endedOf(await call.rest());
    expect([text, code]).toEqual(['l😀', 'OK']);
    expect(await talk.answerIn(conversation)).toMatchObject({ id: parent, content: 'Hél😀', status: 'complete' });
    const { key } = await makeApiKey(talk.app, talk.alice, { scopes: ['chat'] });
    const next = { prompt: 'And?', conversation_id: conversation, parent_id: parent };
    expect(await whole(next, { token: key })).toMatchObject({ text: 'Two', conversation, code: 'OK' });
    const told = talk.upstream.calls[1]?.body?.messages.map(({ content }) => content);
    expect(told).toEqual(['Hi', 'Hél😀', 'And?']);
  });

  it(`is told by a status what is wrong, in its language${note}`, async () => {
    const theirs = await talk.begin({}, talk.bob);
    talk.upstream.answers(fails(500));
    for (const [asked, options, code, errorCode] of [
      [{ prompt: 'Hi' }, { token: 'nonsense' }, 'UNAUTHENTICATED', 'AUTHENTICATION_ERROR'],
      [{ prompt: 'Hi' }, { metadata: { authorization: 'Basic YTpi' } }, 'UNAUTHENTICATED', 'AUTHENTICATION_ERROR'],
      [{ prompt: 'Hi', conversation_id: theirs }, {}, 'NOT_FOUND', 'RESOURCE_NOT_FOUND'],
      [{ prompt: ' ' }, { metadata: { 'accept-language': 'zh-CN' } }, 'INVALID_ARGUMENT', 'VALIDATION_ERROR'],
      [{ prompt: 'Hi' }, {}, 'UNAVAILABLE', 'OPENAI_API_ERROR'],
    ] as const) {
      const ended = await whole(asked, options);
      expect([ended.code, ended.trailers?.['error-code']]).toEqual([code, errorCode]);
      expect(ended.details).not.toBe('');
      if (code === 'INVALID_ARGUMENT') expect(ended.details).toMatch(/^prompt: \p{Script=Han}/u);
    }
  });

  it(`leaves by cancelling and by its deadline, and the turn goes on${note}`, async () => {
    for (const [how, code] of [
      [{ cancels: true }, 'CANCELLED'],
      [{ timeout: 3 }, 'DEADLINE_EXCEEDED'],
    ] as const) {
      const gate = talk.upstream.gate();
      talk.upstream.answers(says('Hel', gate, 'lo'));
      const conversation = await talk.begin();
      expect(await whole({ prompt: 'Hi', conversation_id: conversation }, how)).toMatchObject({ code });
      gate.open();
      await eventually(async () => (await talk.answerIn(conversation))?.status === 'complete');
      expect((await talk.answerIn(conversation))?.content).toBe('Hello');
    }
  });

  it(`is stopped by another device, and with its session${note}`, async () => {
    const conversation = await talk.begin();
    const session = await signIn(talk.app, talk.alice);
    for (const ends of [
      async ({ id }: MessageView) => void (await talk.post(`messages/${id}/stop`, {})),
      async () => void (await talk.app.api.post('/api/v1/auth/logout', undefined, { token: session.token })),
    ]) {
      talk.upstream.answers(says('Hel', stall()));
      const call = ask({ prompt: 'Hi', conversation_id: conversation }, { token: session.token });
      await call.next();
      const answer = await talk.answerIn(conversation);
      if (answer) await ends(answer);
      expect(endedOf(await call.rest())).toMatchObject({ code: 'OK', conversation, parent: answer?.id });
      expect(await talk.answerIn(conversation)).toMatchObject({ status: 'stopped', content: 'Hel' });
    }
  });

  it(`slows the model down while it does not read, and misses nothing${note}`, async () => {
    // An answer as long as that is more than MariaDB takes at once, unless told otherwise.
    if (talk.app.nest.get(Db).engine === 'mysql') return;
    const piece = '字'.repeat(16_000);
    talk.upstream.answers(says(...Array<string>(320).fill(piece)));
    const conversation = await talk.begin();
    const call = ask({ prompt: 'Hi', conversation_id: conversation }, { waits: true });
    await call.next();
    const asked = await talk.upstream.nextCall();
    await untilItStandsStill(() => asked.pieces);
    expect(asked.pieces).toBeLessThan(240);
    expect((await talk.answerIn(conversation))?.status).toBe('streaming');
    call.goOn();
    expect(endedOf(await call.rest())).toMatchObject({ code: 'OK', conversation });
    expect((await talk.answerIn(conversation))?.content).toBe(piece.repeat(320));
  }, 60_000);

  it(`finds health and reflection${note}`, async () => {
    expect(await client({ do: 'health', service: 'chat.Chat' }).next()).toEqual({ status: 'SERVING' });
    const { services } = await client({ do: 'services' }).next();
    expect(services).toEqual(expect.arrayContaining(['chat.Chat', 'grpc.health.v1.Health']));
  });
});

describe('a client of the text WebSocket', () => {
  const { it, note } = withPython(...SOCKETS);

  it(`asks, goes on, and is told what is wrong${note}`, async () => {
    talk.upstream.answers(says('Hé', 'l😀'), says('Two'), fails(500));
    const socket = (...frames: readonly string[]): Promise<{ text: string; end: string }[]> => {
      const url = `ws://127.0.0.1:${askPortOf(talk)}/?token=${talk.alice.token}`;
      return python<{ text: string; end: string }>(
        SOCKETS,
        script('ask_socket_client.py'),
        url,
        JSON.stringify(frames),
      ).rest();
    };
    const [first] = await socket('<|ask|>$new$new$It costs $5.\nAnd $6?');
    const [, conversation = '', parent = ''] = /^<\|end\|>\$([^$]+)\$([^$]+)$/.exec(first?.end ?? '') ?? [];
    expect(first?.text).toBe('Hél😀');
    const answers = await socket(`<|ask|>$${conversation}$${parent}$And?`, 'hello', '<|ask|>$new$new$Hi');
    expect(answers).toEqual([
      { text: 'Two', end: expect.stringContaining(`<|end|>$${conversation}$`) as string },
      { text: '', end: '<|err|>$Write <|ask|>$CONVERSATION|new$PARENT|new$prompt' },
      { text: '', end: expect.stringMatching(/^<\|err\|>\$OPENAI_API_ERROR\$./) as string },
    ]);
  });
});

describe('a client over HTTP', () => {
  const { it, note } = withPython(...HTTP);

  it(`is answered by each of the doors in its own words${note}`, async () => {
    talk.upstream.otherwise(says('He', 'llo'));
    const conversation = await talk.begin();
    const number = await numberOf(talk, conversation);
    const headers = { authorization: `Bearer ${talk.alice.token}` };
    const asked = { model: 'gpt-4o-mini', stream: true, messages: [{ role: 'user', content: 'Hi' }] };
    const requests = [
      ['POST', '/api/v1/chat', headers, { message: 'Hi', conversation_id: conversation }],
      ['POST', '/api/v1/chat/stream', headers, { message: 'Hi', conversation_id: conversation }],
      ['POST', `/api/chat/${number}/`, headers, { message: 'Hi' }],
      ['POST', `/ask/${conversation}`, headers, { prompt: 'Hi' }],
      ['POST', '/v1/chat/completions', headers, asked],
      ['POST', '/api/v1/chat', {}, { message: 'Hi' }],
    ];
    const client = python<HttpLine>(HTTP, script('http_client.py'), talk.app.baseUrl, JSON.stringify(requests));
    const [plain, stream, integer, whole, openAi, stranger] = await client.rest();
    expect(JSON.parse(plain?.lines[0] ?? '')).toMatchObject({ message: 'Hello', conversation_id: conversation });
    expect(stream?.lines.at(-2)).toMatch(
      /^data: \{"delta":"","conversation_id":"[^"]+","finished":true,"tokens_used":\d+\}$/,
    );
    expect(integer?.lines.filter((line) => line !== '').slice(-2)).toEqual([
      '{"event":"done","data":"Stream finished"}',
      '{"event":"full_response","data":"Hello"}',
    ]);
    expect(JSON.parse(whole?.lines[0] ?? '')).toMatchObject({ message: 'Hello', conversation_id: conversation });
    expect(openAi?.lines.filter((line) => line !== '').at(-1)).toBe('data: [DONE]');
    expect([stranger?.status, JSON.parse(stranger?.lines[0] ?? '')]).toEqual([
      401,
      { error: 'authentication_error', message: expect.any(String) as string },
    ]);
  });
});

interface AskOptions {
  readonly token?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly timeout?: number;
  readonly cancels?: true;
  readonly waits?: true;
}

interface Ended extends GrpcLine {
  readonly text: string;
  readonly conversation: string | undefined;
  readonly parent: string | undefined;
}

interface HttpLine {
  readonly status: number;
  readonly type: string;
  readonly lines: readonly string[];
}

/** The pieces without the last, the ids in it, and how the call ended. */
function endedOf(lines: readonly GrpcLine[]): Ended {
  const pieces = lines.flatMap(({ response }) => response ?? []);
  const [mark, conversation, parent] = /^<\|end\|>\$([^$]+)\$([^$]+)$/.exec(pieces.at(-1) ?? '') ?? [];
  const text = (mark === undefined ? pieces : pieces.slice(0, -1)).join('');
  return { ...lines.at(-1), text, conversation, parent };
}
